// Takes checkpoints of the audit log to the webhooks of `audit.anchors`. What an anchor has yet to be told
// stands in the ledger (ledger/anchor_state.h); only the newest checkpoint is ever sent, for it covers all
// before it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "config/audit_section.h"
#include "config/configuration.h"
#include "connectors/http/http_client.h"
#include "daemon/sources/source_set.h"
#include "ledger/anchor_state.h"
#include "ledger/ledger.h"

namespace plumbline {

// A webhook has nothing to say; more than this is taken for a failure.
inline constexpr std::uint64_t kMostWebhookReplyBytes = std::uint64_t{64} << 10;
// For one attempt, and for all of them with the pauses between.
inline constexpr std::chrono::seconds kWebhookTime{20};
inline constexpr std::chrono::seconds kWebhookTotalTime{45};
inline constexpr int kMostWebhookAttempts = 3;

struct AnchorOutcome {
  enum class Kind : std::uint8_t {
    kKnown,      // it had the newest checkpoint
    kTaken,      // it has it now
    kFailed,     // the checkpoint stays due
    kCancelled,  // likewise
  };
  std::string anchor;  // webhook:auditor
  Kind kind = Kind::kKnown;
  std::uint64_t entries = 0;  // of the newest checkpoint
  std::string failure{};      // a sentence without the address; empty where it did not fail
};

// The ledger and the one thread that uses it.
struct LedgerPlace {
  Ledger& ledger;
  Executor thread;
};

// For the thread of the tools' executor. It must outlive what bring() returns.
class WebhookAnchors {
 public:
  // The addresses of `configuration` have been read. Errors are of the network's options.
  static Result<std::shared_ptr<WebhookAnchors>> make(const Configuration& configuration,
                                                      const SourceTools& tools);
  // Asked with this client.
  WebhookAnchors(std::vector<WebhookAnchor> webhooks, std::unique_ptr<HttpClient> client, const Clock& clock);

  // webhook:auditor, in the order of the configuration.
  std::vector<std::string> names() const;

  // Posts the newest checkpoint where the anchor does not know it, and keeps what came of it.
  Async<AnchorOutcome> bring(std::size_t index, LedgerPlace place);

 private:
  Async<Status> post(const WebhookAnchor& webhook, NewestCheckpoint checkpoint);

  std::vector<WebhookAnchor> webhooks_;
  std::vector<std::unique_ptr<HttpClient>> clients_;  // each before the one that uses it
  const Clock& clock_;
};

}  // namespace plumbline
