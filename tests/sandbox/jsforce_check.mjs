// A client made for the real Salesforce, against the sandbox: jsforce from npm logs in, queries with paging, runs
// a Bulk 2.0 query, describes, reads limits, updated and deleted, over TLS.
//
//   node jsforce_check.mjs PLUMBLINE_SANDBOX NPM_FOLDER
//
// Skips (77), saying why, where npm cannot install jsforce.
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

const kVersion = "3.10.14"; // the last that takes Node 18, which Debian 12 has
const kSkipped = 77;
const [program, npmFolder] = process.argv.slice(2);

function install() {
  if (existsSync(join(npmFolder, "node_modules/jsforce/package.json"))) return;
  const words = ["install", "--prefix", npmFolder, "--no-audit", "--no-fund", `jsforce@${kVersion}`];
  const npm = spawnSync("npm", words, { encoding: "utf8", timeout: 120_000 });
  if (npm.status === 0) return;
  console.log(`SKIPPED: npm could not install jsforce ${kVersion}: ${npm.stderr ?? npm.error}`);
  process.exit(kSkipped);
}

// Node reads whom to trust when it starts, so the check itself runs in a second Node.
async function start() {
  install();
  const folder = mkdtempSync(join(tmpdir(), "plumbline-jsforce-"));
  const words = ["--opportunities", "3000", "--speed", "0", "--tls", folder, "--keys", folder];
  const sandbox = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    let line = "";
    for await (const piece of sandbox.stdout) {
      line += piece;
      if (line.includes("\n")) break;
    }
    const env = { ...process.env, SANDBOX: line, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") };
    const check = spawnSync(process.execPath, [process.argv[1], program, npmFolder], { env, stdio: "inherit" });
    process.exitCode = check.status ?? 1;
  } finally {
    sandbox.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function control(sandbox, path, body) {
  const answer = await fetch(`${sandbox.control_url}/${path}`, { method: "POST", body: JSON.stringify(body) });
  assert.equal(answer.status, 200);
}

async function check(sandbox) {
  const require = createRequire(join(npmFolder, "package.json"));
  const { Connection } = require("jsforce");
  const who = sandbox.salesforce;
  const connection = new Connection({
    version: "62.0",
    instanceUrl: who.instance_url,
    oauth2: { loginUrl: who.login_url, clientId: who.client_id, clientSecret: who.client_secret },
  });
  const user = await connection.authorize({ grant_type: "client_credentials" });
  assert.equal(user.id, who.user_id);
  assert.equal((await connection.identity()).username, who.username);
  console.log("ok login and identity");

  const ids = new Set();
  let page = await connection.query("SELECT Id, Name, Owner.Name FROM Opportunity");
  let pages = 0;
  for (;;) {
    for (const record of page.records) ids.add(record.Id);
    pages += 1;
    if (page.done) break;
    page = await connection.queryMore(page.nextRecordsUrl);
  }
  assert.equal(ids.size, 3000);
  assert.equal(page.totalSize, 3000);
  assert.ok(pages > 1);
  console.log(`ok query of ${ids.size} records in ${pages} pages`);

  const bulk = await connection.bulk2.query("SELECT Id, Name, NextStep FROM Opportunity", {
    pollInterval: 10,
    pollTimeout: 20_000,
  });
  const records = await bulk.toArray();
  assert.deepEqual(new Set(records.map((record) => record.Id)), ids);
  assert.ok(records.some((record) => record.NextStep.includes("\n")));
  console.log(`ok Bulk 2.0 query of ${records.length} records`);

  const described = await connection.describe("Opportunity");
  assert.equal(described.fields.find((field) => field.name === "CloseDate").type, "date");
  assert.ok((await connection.describeGlobal()).sobjects.some((object) => object.name === "Account"));
  console.log(`ok describe of ${described.fields.length} fields`);

  const limits = await connection.limits();
  assert.equal(limits.DailyApiRequests.Max, 100000);
  assert.equal(connection.limitInfo.apiUsage.limit, 100000);
  console.log(`ok limits, ${limits.DailyApiRequests.Remaining} calls remain`);

  await control(sandbox, "settings", { quiet_life: true });
  await control(sandbox, "clock", { advance_seconds: 600 });
  await control(sandbox, "change", { rows: 7 });
  await control(sandbox, "clock", { advance_seconds: 600 });
  await control(sandbox, "delete", { rows: 3 });
  await control(sandbox, "clock", { advance_seconds: 600 });
  const from = "2026-05-06T08:05:00+00:00";
  const changed = await connection.sobject("Opportunity").updated(from, "2026-05-06T08:15:00+00:00");
  const gone = await connection.sobject("Opportunity").deleted(from, "2026-05-06T08:25:00+00:00");
  assert.ok(changed.ids.length >= 4 && changed.ids.length <= 7);
  assert.equal(gone.deletedRecords.length, 3);
  console.log("ok updated and deleted");

  await assert.rejects(connection.query("SELECT Nope FROM Opportunity"), { errorCode: "INVALID_FIELD" });
  console.log("ok refusals");
}

if (process.env.SANDBOX) {
  await check(JSON.parse(process.env.SANDBOX));
} else {
  await start();
}
