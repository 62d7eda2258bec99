// Where syncs of sources go: what SyncSink (model/source.h) promises, by plain calls. Whoever runs coroutines
// calls it from a thread that may wait (daemon/sources/async_sink.h).
//
// Beside the ledger lie LEDGER.spool/SOURCE, where a source puts its files (mode 0700), and
// LEDGER.secrets/SOURCE/KEY, where it keeps tokens that replace each other (mode 0600).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "ledger/ledger.h"
#include "model/delivery.h"
#include "records/data_folder.h"
#include "records/field_map.h"
#include "records/reject.h"
#include "records/schema.h"

namespace plumbline {

struct LedgerSinkOptions {
  const Clock& clock;
  const FieldMap* field_map = nullptr;  // null for none; lives as long as the sink
  RejectSink* rejects = nullptr;        // told of every row and cell that cannot be read; null for nobody
  // After each commit that logged something, with its checkpoint for anchors. May be empty.
  std::function<void(const std::string& checkpoint)> committed{};
};

// For one thread at a time; nothing else may use its ledger meanwhile. A delivery is written as of the
// source's moment, or of the ledger's newest where that is later.
class LedgerSink {
 public:
  // The ledger may be written, and outlives the sink.
  LedgerSink(Ledger& ledger, LedgerSinkOptions options);

  // Made where it is not there. What a crash has left is in it. An Error where it cannot be made.
  Result<std::filesystem::path> spool(std::string_view source) const;
  std::filesystem::path spool_path(std::string_view source) const;

  // All of it or nothing. The files that were taken are removed once it is committed; after an Error they
  // stay. ErrorCode::kInvalidInput where a file cannot be read at all.
  Result<Delivered> deliver(const Delivery& delivery);

  Result<std::optional<std::string>> state(std::string_view source, std::string_view key);
  Status keep(std::string_view source, const SourceState& state);
  Result<std::optional<Secret>> secret(std::string_view source, std::string_view key) const;
  Status keep_secret(std::string_view source, std::string_view key, const Secret& secret);
  Status note(const SourceNote& note);

  Result<IdDigest> digest(std::string_view object, Instant from, Instant to);
  Result<std::vector<std::string>> ids(std::string_view object, Instant from, Instant to);
  Result<std::uint64_t> count(std::string_view object);

 private:
  std::string secret_path(std::string_view source, std::string_view key) const;
  Schema declared(const Delivery& delivery) const;
  void tell(const std::string& checkpoint) const;

  Ledger& ledger_;
  LedgerSinkOptions options_;
};

}  // namespace plumbline
