// A ledger in a folder of its own, a log with some entries in it, and hands that change the file behind its
// back.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/audit/log_key.h"
#include "ledger/audit/small_file.h"
#include "ledger/audit/verify.h"
#include "ledger/ledger.h"
#include "tests/records/temp_folder.h"

namespace plumbline {

inline constexpr Instant kLogStart{std::chrono::seconds{1'717'243'200}};  // 2024-06-01T12:00:00Z

// Fails the test and gives what the caller cannot do without.
template <class T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().to_string();
    std::abort();
  }
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) ADD_FAILURE() << status.error().to_string();
}

class LogFixture : public ::testing::Test {
 protected:
  std::string path() const { return folder_.path_of("a.ledger"); }
  Ledger open() const {
    return must(Ledger::open(path(), {.access = DatabaseAccess::kCreate, .now = kLogStart}));
  }
  static Instant minute(std::uint64_t number) { return kLogStart + std::chrono::minutes{number}; }

  // Adds `count` entries in one transaction; every third has personal text. Returns the checkpoint.
  static std::string add(Ledger& ledger, std::size_t count, Instant at) {
    LedgerTransaction transaction = must(LedgerTransaction::begin(ledger, at));
    for (std::size_t i = 0; i < count; ++i) add_one(transaction, i);
    return must(transaction.commit());
  }
  static void add_one(LedgerTransaction& transaction, std::size_t i) {
    const std::string body =
        fmt::format(R"("policy":"no-next-step","record":"006{:012}","run":{})", i * 7919 % 1000, i);
    const std::string personal =
        fmt::format(R"({{"owner_name":"Ada Marlowe-Finch","record_name":"Deal {}"}})", i);
    const AuditEntry entry{.kind = i % 2 == 0 ? "violation.opened" : "violation.resolved",
                           .body = body,
                           .personal = i % 3 == 0 ? std::string_view(personal) : std::string_view()};
    must(transaction.log(entry));
  }
  // Transactions of these sizes, a minute apart; their checkpoints.
  std::vector<std::string> fill(std::initializer_list<std::size_t> sizes) const {
    Ledger ledger = open();
    std::vector<std::string> checkpoints;
    for (const std::size_t size : sizes) checkpoints.push_back(add(ledger, size, minute(checkpoints.size())));
    return checkpoints;
  }

  // As somebody who opens the file with another tool.
  void tamper(const std::string& sql) const {
    const auto database = must(open_sqlite(path(), {.access = DatabaseAccess::kWrite}));
    must(database->execute(
        "DROP TRIGGER IF EXISTS audit_entry_stays; DROP TRIGGER IF EXISTS audit_entry_is_final;"
        "DROP TRIGGER IF EXISTS audit_checkpoint_stays;"
        "DROP TRIGGER IF EXISTS audit_checkpoint_is_final;"));
    must(database->execute(sql));
  }

  VerifyOptions options() const {
    return {.ledger = path(), .keys = must(read_public_keys(public_key_path(path())))};
  }
  VerifyReport verify(const std::vector<std::string>& anchors = {}) const {
    VerifyOptions wanted = options();
    for (const std::string& anchor : anchors) wanted.anchors.push_back({.name = "sent.txt", .text = anchor});
    return must(verify_audit_logs(wanted));
  }
  // All faults, one a line.
  static std::string faults_of(const VerifyReport& report) {
    std::string text;
    for (const std::string& fault : report.faults.kept) text += fault + "\n";
    for (const LogReport& log : report.logs) {
      for (const std::string& fault : log.faults.kept) text += fault + "\n";
    }
    return text;
  }
  std::string faults(const std::vector<std::string>& anchors = {}) const {
    return faults_of(verify(anchors));
  }

  TempFolder folder_;
};

}  // namespace plumbline
