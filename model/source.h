// A source of records (a CRM, an export behind an address) and where what it brings goes: the two ports
// between connectors and the ledger. What passes through them is in delivery.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "model/audit_entry.h"
#include "model/delivery.h"

namespace plumbline {

// Where syncs go. Coroutines of one thread at a time; the work itself is done elsewhere.
class SyncSink {
 public:
  virtual ~SyncSink() = default;

  // An empty folder for this source's files, which outlives a crash. What is delivered is removed from it.
  virtual std::filesystem::path spool(const std::string& source) = 0;

  virtual Async<Result<Delivered>> deliver(Delivery delivery) = 0;

  // What is remembered for the source. keep() is durable when it returns.
  virtual Async<Result<std::optional<std::string>>> state(std::string source, std::string key) = 0;
  virtual Async<Status> keep(std::string source, SourceState state) = 0;
  // As keep, for a token that replaces another: in a file of its own (mode 0600), not in the ledger.
  virtual Async<Result<std::optional<Secret>>> secret(std::string source, std::string key) = 0;
  virtual Async<Status> keep_secret(std::string source, std::string key, Secret secret) = 0;
  virtual Async<Status> note(SourceNote note) = 0;

  // Of records that are not deleted, created at or after `from` and before `to`.
  virtual Async<Result<IdDigest>> digest(std::string object, Instant from, Instant to) = 0;
  // The ids behind it, 15 characters each, in order.
  virtual Async<Result<std::vector<std::string>>> ids(std::string object, Instant from, Instant to) = 0;
  // How many records are known of an object and not deleted.
  virtual Async<Result<std::uint64_t>> count(std::string object) = 0;
};

// What a sync came to, for status, metrics and the scheduler.
struct SourceReport {
  Delivered delivered{};
  std::uint64_t calls = 0;            // requests sent
  std::uint64_t bytes = 0;            // received, decompressed
  std::vector<std::string> alarms{};  // what a person must look at: hidden fields, truncated exports
};

class Source {
 public:
  virtual ~Source() = default;
  virtual const std::string& name() const = 0;  // salesforce:main
  // One sync. `now` is the Clock's. Errors are sentences; what was delivered before one stays delivered.
  virtual Async<Result<SourceReport>> sync(SyncSink& sink, Instant now) = 0;
};

}  // namespace plumbline
