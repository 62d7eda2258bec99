// Payloads held against what others publish: cards are parsed and rendered by the npm package adaptivecards, the
// bodies for Slack, Discord and Google Chat are typed by TypeScript against @slack/types, discord-api-types and
// @googleapis/chat.
//
//   node payload_check.mjs CHAT_GOLDEN TESTS_CHAT NPM_FOLDER
//
// Skips (77), saying why, where npm cannot install them.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import assert from "node:assert/strict";

const kSkipped = 77;
const kUgly = "12";
const kPackages = {
  adaptivecards: "3.0.5",
  "markdown-it": "14.1.0",
  jsdom: "24.1.3", // the last that takes Node 18, which Debian 12 has
  typescript: "5.6.3",
  "@slack/types": "2.14.0",
  "discord-api-types": "0.37.119",
  "@googleapis/chat": "45.0.0",
};
const [golden, chatFolder, npmFolder] = process.argv.slice(2).map((path) => resolve(path));

function install() {
  mkdirSync(npmFolder, { recursive: true });
  const names = Object.entries(kPackages).map(([name, version]) => `${name}@${version}`);
  const isThere = ([name, version]) => {
    const path = join(npmFolder, "node_modules", name, "package.json");
    return existsSync(path) && JSON.parse(readFileSync(path, "utf8")).version === version;
  };
  if (Object.entries(kPackages).every(isThere)) return;
  const words = ["install", "--prefix", npmFolder, "--no-audit", "--no-fund", "--ignore-scripts", ...names];
  const npm = spawnSync("npm", words, { encoding: "utf8", timeout: 240_000 });
  if (npm.status === 0) return;
  console.log(`SKIPPED: npm could not install ${names.join(" ")}: ${npm.stderr ?? npm.error}`);
  process.exit(kSkipped);
}

// [{file, payloads}] of a service, from the golden files and of ugly messages.
function payloadsOf(service, folders) {
  const found = [];
  for (const folder of folders) {
    for (const name of readdirSync(folder).filter((file) => file.endsWith(`.${service}.json`)))
      found.push({ file: name, payloads: JSON.parse(readFileSync(join(folder, name), "utf8")) });
  }
  assert.ok(found.length > 0, `there are payloads of ${service}`);
  return found;
}

// Every text of a message's JSON, as a reader must see it: white space and zero-width spaces aside.
const bare = (text) => text.replace(/[\s\u200b]/gu, "");

function checkCards(require, folders) {
  const { JSDOM } = require("jsdom");
  const dom = new JSDOM("<!doctype html><body></body>");
  for (const name of ["window", "document", "HTMLElement", "HTMLButtonElement", "HTMLInputElement", "HTMLAnchorElement", "Node", "Element", "MouseEvent", "KeyboardEvent"])
    globalThis[name] = name === "window" ? dom.window : dom.window[name];
  const cards = require("adaptivecards/dist/adaptivecards.js");
  const markdown = require("markdown-it")();
  cards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
  let count = 0;
  for (const { file, payloads } of payloadsOf("teams", folders)) {
    for (const payload of payloads) {
      assert.equal(payload.type, "message", file);
      assert.ok(Buffer.byteLength(JSON.stringify(payload)) < 28 * 1024, `${file} fits into 28 KB`);
      const content = payload.attachments[0].content;
      const card = new cards.AdaptiveCard();
      const context = new cards.SerializationContext(cards.Versions.v1_4);
      card.parse(content, context);
      const events = [...Array(context.eventCount).keys()].map((at) => context.getEventAt(at).message);
      assert.deepEqual(events, [], file);
      const faults = card.validateProperties().validationEvents.map((event) => event.message);
      assert.deepEqual(faults, [], file);
      const shown = card.render();
      const links = [...shown.querySelectorAll("a")].map((link) => link.getAttribute("href"));
      assert.ok(links.every((address) => address.startsWith("https://crm.example.com/") || address.startsWith("https://app.clari.example/")), `${file} links nothing but records: ${links}`);
      assert.equal(shown.querySelector("script, img, iframe"), null, file);
      if (file.startsWith("hostile_name")) checkHostile(file, shown);
      ++count;
    }
  }
  console.log(`${count} cards were parsed and rendered as 1.4, without a word of complaint`);
}

// The name in all its glory, and nothing it asked for.
function checkHostile(file, shown) {
  const message = JSON.parse(readFileSync(join(chatFolder, "messages/hostile_name.json"), "utf8"));
  const item = message.sections[0].items[0];
  const text = bare(shown.textContent);
  for (const wanted of [item.title, item.text, item.remedy, item.facts[0].value, message.headline])
    assert.ok(text.includes(bare(wanted)), `${file} shows ${wanted} as it is: ${text}`);
}

// A TypeScript file with each payload as a constant of the type: what the types do not know is an error.
function checkTypes(folders) {
  const lines = [
    'import type { KnownBlock } from "@slack/types";',
    'import type { RESTPostAPIWebhookWithTokenJSONBody } from "discord-api-types/v10";',
    'import type { chat_v1 } from "@googleapis/chat";',
    "type Slack = { text: string; blocks: KnownBlock[]; unfurl_links: boolean; unfurl_media: boolean };",
  ];
  const types = {
    slack_webhook: "Slack",
    slack_bot: "Slack",
    discord: "RESTPostAPIWebhookWithTokenJSONBody",
    google_chat: "chat_v1.Schema$Message",
  };
  let count = 0;
  for (const [service, type] of Object.entries(types)) {
    for (const { payloads } of payloadsOf(service, folders)) {
      for (const payload of payloads) lines.push(`export const p${++count}: ${type} = ${JSON.stringify(payload)};`);
    }
  }
  const file = join(npmFolder, "payloads.ts");
  writeFileSync(file, lines.join("\n"));
  const words = ["--noEmit", "--strict", "--skipLibCheck", "--module", "node16", "--moduleResolution", "node16", "--target", "es2022", file];
  const tsc = spawnSync(process.execPath, [join(npmFolder, "node_modules/typescript/bin/tsc"), ...words], { encoding: "utf8", cwd: npmFolder });
  assert.equal(tsc.status, 0, `types do not fit:\n${tsc.stdout.slice(0, 4000)}`);
  console.log(`${count} payloads have the types of @slack/types, discord-api-types and @googleapis/chat`);
}

install();
const ugly = join(npmFolder, "ugly");
rmSync(ugly, { recursive: true, force: true });
const written = spawnSync(golden, [chatFolder, "--ugly", kUgly, ugly], { stdio: "inherit" });
assert.equal(written.status, 0);
const folders = [join(chatFolder, "golden"), ugly];
const require = createRequire(join(npmFolder, "package.json"));
checkCards(require, folders);
checkTypes(folders);
