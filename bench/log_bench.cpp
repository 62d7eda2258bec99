// What the audit log costs: adding entries of about 450 bytes with their personal text, and verifying a log.
//
//   log_bench [FOLDER] [ENTRIES]     the folder decides which disk is measured; default: the system's for
//   temporary files
//
// Appending is measured with everything on the disk when a transaction returns. Verifying reads a file that
// was just written, so from memory.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include "ledger/audit/log_key.h"
#include "ledger/audit/verify.h"
#include "ledger/ledger.h"

namespace {

using namespace plumbline;

constexpr std::size_t kDefaultEntries = 1'000'000;
constexpr Instant kStart{std::chrono::seconds{1'717'243'200}};

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "%s\n", error.to_string().c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) stop(result.error());
  return std::move(*result);
}

// Of the clock on the wall, and of all threads' work: the two tell waiting for the disk from working.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  double worked() const { return static_cast<double>(std::clock() - worked_) / CLOCKS_PER_SEC; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::clock_t worked_ = std::clock();
};

struct Texts {
  std::string body =
      R"("violation":123456,"run":42,"policy":"commercial-sales/next-step-has-date","object":"Opportunity",)"
      R"("record":"006Rt00000000JuIAI","owner":"005Rt000000004bIAA","severity":"medium","evidence":)"
      R"("3f786850e387550fdab836ed7e6dc881")";
  std::string personal =
      R"({"record_name":"Copper Kettle - Fleet telematics","owner_name":"Ada Marlowe-Finch","message":"The next step )"
      R"(has no date.","evidence":{"NextStep":"Send the revised quote"}})";
};

void append(const std::string& path, std::size_t entries, std::size_t batch) {
  const Texts texts;
  Ledger ledger = must(Ledger::open(path, {.access = DatabaseAccess::kCreate, .now = kStart}));
  must(ledger.audit_log());
  const Stopwatch watch;
  for (std::size_t done = 0; done < entries; done += batch) {
    LedgerTransaction transaction = must(LedgerTransaction::begin(ledger, kStart));
    for (std::size_t i = 0; i < batch; ++i)
      must(transaction.log({.kind = "violation.opened", .body = texts.body, .personal = texts.personal}));
    must(transaction.commit());
  }
  const double seconds = watch.seconds();
  const double worked = watch.worked();
  std::printf(
      "append, %7zu a transaction: %9.0f entries/s, %8.3f ms a transaction, %5.0f bytes an entry, "
      "%5.2f us of work an entry\n",
      batch, static_cast<double>(entries) / seconds,
      seconds * 1000 * static_cast<double>(batch) / static_cast<double>(entries),
      static_cast<double>(std::filesystem::file_size(path)) / static_cast<double>(entries),
      worked * 1e6 / static_cast<double>(entries));
}

void verify(const std::string& path, std::size_t threads) {
  const VerifyOptions options{
      .ledger = path, .keys = must(read_public_keys(public_key_path(path))), .threads = threads};
  const Stopwatch watch;
  const VerifyReport report = must(verify_audit_logs(options));
  const double seconds = watch.seconds();
  const double worked = watch.worked();
  if (!report.sound()) std::printf("the log is not sound\n");
  std::printf("verify, %zu threads: %9.0f entries/s, %5.2f us of work an entry\n", threads,
              static_cast<double>(report.logs.at(0).entries) / seconds,
              worked * 1e6 / static_cast<double>(report.logs.at(0).entries));
}

}  // namespace

int main(int count, char** words) {
  const std::filesystem::path parent =
      count > 1 ? std::filesystem::path(words[1]) : std::filesystem::temp_directory_path();
  const std::size_t entries = count > 2 ? std::strtoull(words[2], nullptr, 10) : kDefaultEntries;
  const std::string folder = (parent / fmt::format("log_bench-{}", static_cast<const void*>(words))).string();
  std::filesystem::create_directories(folder);
  const auto path = [&](std::string_view name) { return fmt::format("{}/{}.ledger", folder, name); };
  append(path("one"), 1000, 1);
  append(path("hundred"), 20'000, 100);
  append(path("tenthousand"), 200'000, 10'000);
  append(path("all"), entries, entries);
  for (const std::size_t threads : {std::size_t{1}, std::size_t{2}}) verify(path("all"), threads);
  std::filesystem::remove_all(folder);
  return 0;
}
