// Bundles the panel's script with Pipedrive's SDK, licence first. `node build.mjs [file]`
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const sdk = "node_modules/@pipedrive/app-extensions-sdk";
const licence = readFileSync(`${sdk}/LICENSE.md`, "utf8").replaceAll("*/", "* /").trim();

await build({
  entryPoints: ["src/panel.js"],
  outfile: process.argv[2] ?? "../src/fortnox_bridge_pipedrive/card_assets/panel.js",
  bundle: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  minify: true,
  legalComments: "inline",
  banner: { js: `/*\nHolds @pipedrive/app-extensions-sdk:\n\n${licence}\n*/` },
});
