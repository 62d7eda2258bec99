// A LedgerSink for coroutines: each call is done by the thread of the ledger, and the caller goes on where it
// was.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/ledger_sink.h"
#include "model/source.h"

namespace plumbline {

class AsyncSink : public SyncSink {
 public:
  // `ledger` runs one thing at a time, and nothing else uses the sink's ledger but there. Both outlive this.
  AsyncSink(LedgerSink& sink, Executor ledger) : sink_(sink), ledger_(std::move(ledger)) {}

  // Made where it is not there; where that fails, whoever writes into it is told.
  std::filesystem::path spool(const std::string& source) override;

  Async<Result<Delivered>> deliver(Delivery delivery) override;
  Async<Result<std::optional<std::string>>> state(std::string source, std::string key) override;
  Async<Status> keep(std::string source, SourceState state) override;
  Async<Result<std::optional<Secret>>> secret(std::string source, std::string key) override;
  Async<Status> keep_secret(std::string source, std::string key, Secret secret) override;
  Async<Status> note(SourceNote note) override;
  Async<Result<IdDigest>> digest(std::string object, Instant from, Instant to) override;
  Async<Result<std::vector<std::string>>> ids(std::string object, Instant from, Instant to) override;
  Async<Result<std::uint64_t>> count(std::string object) override;

  // Whether a delivery has changed any record since this was asked last; for the thread of the coroutines.
  bool take_news() { return std::exchange(news_, false); }

 private:
  LedgerSink& sink_;
  Executor ledger_;
  bool news_ = false;
};

}  // namespace plumbline
