// What the panel needs of Pipedrive: to be let in, a fresh proof for each press, its height, and the theme.
import AppExtensionsSDK, { Command, Event } from "@pipedrive/app-extensions-sdk";

const MOST_PX = 750;
const LEAST_PX = 100;
const PATIENCE_MS = 3000;

const paint = (settings) => {
  if (settings && settings.theme) document.documentElement.dataset.theme = settings.theme;
};

const ready = (async () => {
  const sdk = await new AppExtensionsSDK().initialize();
  paint(sdk.userSettings);
  sdk.listen(Event.USER_SETTINGS_CHANGE, ({ data }) => paint(data));
  return sdk;
})();

ready.catch(() => {});

// The token of the page's own address is good for some minutes: enough when Pipedrive does not answer.
const inTime = (promise) =>
  Promise.race([promise, new Promise((resolve) => { window.setTimeout(() => resolve(null), PATIENCE_MS); })])
    .catch(() => null);

window.cardHost = {
  async address(url) {
    const signed = await inTime(ready.then((sdk) => sdk.execute(Command.GET_SIGNED_TOKEN)));
    const fresh = new URL(url);
    if (signed && signed.token) fresh.searchParams.set("token", signed.token);
    return fresh.toString();
  },
  async resized(height) {
    const fitting = Math.min(MOST_PX, Math.max(LEAST_PX, Math.ceil(height)));
    await inTime(ready.then((sdk) => sdk.execute(Command.RESIZE, { height: fitting })));
  },
};
