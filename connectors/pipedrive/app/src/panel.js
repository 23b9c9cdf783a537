// What the panel needs of Pipedrive: to be let in, a fresh proof for each press, its height, and the theme.
import AppExtensionsSDK, { Command, Event } from "@pipedrive/app-extensions-sdk";

const MOST_PX = 750;
const LEAST_PX = 100;

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

window.cardHost = {
  async address(url) {
    const sdk = await ready;
    const { token } = await sdk.execute(Command.GET_SIGNED_TOKEN);
    const fresh = new URL(url);
    fresh.searchParams.set("token", token);
    return fresh.toString();
  },
  async resized(height) {
    const sdk = await ready;
    await sdk.execute(Command.RESIZE, { height: Math.min(MOST_PX, Math.max(LEAST_PX, height)) });
  },
};
