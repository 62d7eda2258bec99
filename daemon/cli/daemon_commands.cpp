#include "daemon/cli/daemon_commands.h"

#include <array>
#include <string>
#include <vector>

#include "daemon/cli/complain.h"
#include "daemon/cli/daemon_program.h"
#include "daemon/cli/load_configuration.h"

namespace plumbline {
namespace {

constexpr OptionSpec kConfig{
    .name = "--config",
    .value = "FILE",
    .help = "The configuration, which names sources and a ledger. Default: plumbline.yaml here."};
constexpr auto kSyncOptions = std::to_array<OptionSpec>({
    {"--once", "", "Ask every source once, and end."},
    kConfig,
    {"--source", "NAME", "Ask this source alone: salesforce:main, clari:main or exports:main."},
});
constexpr auto kRunOptions = std::to_array<OptionSpec>({kConfig});
constexpr auto kAnchorOptions = std::to_array<OptionSpec>({
    {"--config", "FILE",
     "The configuration, which names webhooks and a ledger. Default: plumbline.yaml here."},
});

std::string configuration_of(ParsedOptions& parsed) {
  std::string file = read_file_option(parsed, "--config");
  return file.empty() ? std::string(kDefaultConfiguration) : file;
}

int sync(ParsedOptions parsed, Streams& streams) {
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("sync takes no files; the configuration names sources");
  if (!parsed.has("--once"))
    parsed.faults.emplace_back(
        "say sync --once; plumbline run goes on by itself, and is what systemd starts");
  const SyncOptions options{.configuration = configuration_of(parsed), .source = parsed.one("--source")};
  if (!parsed.faults.empty()) return refuse(streams, "sync", parsed.faults);
  if (streams.network == nullptr) return become_daemon("sync", parsed.words, streams);
  return streams.network->sync(options, streams);
}

int run(ParsedOptions parsed, Streams& streams) {
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("run takes no files; the configuration names sources");
  const RunOptions options{.configuration = configuration_of(parsed)};
  if (!parsed.faults.empty()) return refuse(streams, "run", parsed.faults);
  if (streams.network == nullptr) return become_daemon("run", parsed.words, streams);
  return streams.network->run(options, streams);
}

int log_anchor(ParsedOptions parsed, Streams& streams) {
  if (!parsed.arguments.empty())
    parsed.faults.emplace_back("log anchor takes no files; the configuration names the ledger and webhooks");
  const AnchorCommand command{.configuration = configuration_of(parsed)};
  if (!parsed.faults.empty()) return refuse(streams, "log anchor", parsed.faults);
  if (streams.network != nullptr) return streams.network->anchor(command, streams);
  std::vector<std::string> words{"anchor"};
  words.insert(words.end(), parsed.words.begin(), parsed.words.end());
  return become_daemon("log", words, streams);
}

}  // namespace

const CommandSpec& sync_command() {
  static constexpr CommandSpec kCommand{
      .name = "sync",
      .arguments = "",
      .summary = "Ask the configured sources for what changed, and take it into the ledger.",
      .options = kSyncOptions,
      .notes =
          "Sources are Salesforce, Clari, and files behind addresses or in folders; all are only ever read. "
          "What comes of each is told: rows, requests, seconds, and what somebody must look at. One that "
          "fails does not keep the others from being asked. What was taken before a failure stays taken, and "
          "the next sync goes on from there.\n"
          "Exit status: 0 done; 2 a wrong option or configuration; 3 the ledger cannot be written; 4 a "
          "source "
          "failed; 5 the ledger is damaged.",
      .examples =
          "plumbline sync --once\n"
          "plumbline sync --once --config /etc/plumbline/plumbline.yaml --source salesforce:main",
      .run = sync,
  };
  return kCommand;
}

const CommandSpec& run_command() {
  static constexpr CommandSpec kCommand{
      .name = "run",
      .arguments = "",
      .summary = "Sync and judge, again and again: the service that systemd starts.",
      .options = kRunOptions,
      .notes =
          "Each source is asked as often as the configuration says; records are judged after what came, and "
          "when an hour begins where their owners are. SIGHUP reads the configuration anew; where it has a "
          "fault, the one in force "
          "stays. "
          "SIGTERM ends it when what is under way is done, or after daemon.stop_within; a second one at "
          "once.\n"
          "On 127.0.0.1, at daemon.health_port: /healthz, /readyz and /metrics.\n"
          "Exit status: 0 stopped as asked; 2 a wrong option or configuration; 3 the ledger cannot be "
          "written; "
          "5 the ledger is damaged.",
      .examples =
          "plumbline run --config /etc/plumbline/plumbline.yaml\n"
          "systemctl reload plumbline",
      .run = run,
  };
  return kCommand;
}

const CommandSpec& log_anchor_command() {
  static constexpr CommandSpec kCommand{
      .name = "log anchor",
      .arguments = "",
      .summary = "Take the newest checkpoint to the webhooks that do not know it yet.",
      .options = kAnchorOptions,
      .notes =
          "For whoever ingests and judges without plumbline run, which does so by itself. Only the newest "
          "checkpoint of the audit log is posted: it covers all before it. Files and the journal get each "
          "checkpoint at once, and have no need of this.\n"
          "Exit status: 0 every webhook knows the log to its end; 2 a wrong option or configuration; 3 the "
          "ledger cannot be written; 4 a webhook did not take it, and it stays due; 5 the ledger is damaged.",
      .examples = "plumbline log anchor --config /etc/plumbline/plumbline.yaml",
      .run = log_anchor,
  };
  return kCommand;
}

}  // namespace plumbline
