"""From a trigger to a draft and a note: read, match, default-fill, map, create draft, note back."""
