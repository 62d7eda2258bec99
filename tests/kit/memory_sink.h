// A SyncSink in memory: takes deliveries by reading their files, as a ledger would, and notes what was asked
// of it. What it holds afterwards can be compared with the truth.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/source.h"

namespace plumbline {

class MemorySink : public SyncSink {
 public:
  using Row = std::map<std::string, std::string>;  // field to text; empty for null
  using Rows = std::map<std::string, Row>;         // by the 15 characters of the id

  explicit MemorySink(std::filesystem::path spool) : spool_(std::move(spool)) {}

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

  // Each of these ends a delivery or a keeping before it has any effect, where it says so.
  std::function<std::optional<Error>(const Delivery&)> refuse{};

  Rows& rows(const std::string& object) { return rows_[object]; }
  bool is_deleted(const std::string& object, const std::string& id);
  const std::set<std::string>& unseen(const std::string& object) { return unseen_[object]; }
  std::map<std::string, std::string>& kept() { return state_; }
  const std::vector<SourceNote>& notes() const { return notes_; }
  const std::vector<FieldVisibility>& visibility() const { return visibility_; }
  const std::vector<DescribedField>& fields() const { return fields_; }
  const std::vector<std::string>& events() const { return events_; }  // "keep Opportunity/job", "deliver"
  std::uint64_t deliveries() const { return deliveries_; }

 private:
  struct Taker;
  Status take(const DeliveredFile& file, Delivered& delivered);
  void put(const std::string& object, Row row, Delivered& delivered);
  std::vector<std::string> standing(const std::string& object, Instant from, Instant to);

  std::filesystem::path spool_;
  std::map<std::string, Rows> rows_;
  std::map<std::string, std::set<std::string>> unseen_;
  std::map<std::string, std::string> state_;
  std::map<std::string, Secret> secrets_;
  std::vector<SourceNote> notes_;
  std::vector<FieldVisibility> visibility_;
  std::vector<DescribedField> fields_;
  std::vector<std::string> events_;
  std::uint64_t deliveries_ = 0;
};

}  // namespace plumbline
