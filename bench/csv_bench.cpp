// How fast CSV is read, next to the least that any reader must do.
//
//   csv_bench [FILE]    makes FILE (500 MB, always the same bytes) when it is not there
//
// (a) wc -l in a child process; (b) a bare count of delimiters and line ends outside quotes; (c) CsvParser
// with 10 of 35 columns wanted; (d) all columns. b, c and d read the file through read(2) in 1 MiB chunks in
// the same way, and the reading is part of the time; the file is in the page cache. Runs are interleaved, so
// that a slow moment of the machine falls on all alike, and each ratio is of runs side by side.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "records/csv.h"
#include "records/csv_scan.h"

namespace {

using namespace plumbline;

constexpr std::size_t kFileBytes = 500'000'000;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::size_t kColumns = 35;
constexpr std::size_t kFewWanted = 10;
constexpr int kRounds = 9;

[[noreturn]] void give_up(std::string_view what, const std::string& path) {
  fmt::print(stderr, "csv_bench: {} {}\n", what, path);
  std::exit(1);
}

class File {
 public:
  explicit File(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) give_up("cannot open", path);
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::string_view read_into(std::vector<char>& buffer) const {
    const ssize_t got = ::read(descriptor_, buffer.data(), buffer.size());
    return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }

 private:
  int descriptor_;
};

// One opportunity a row. Every cell that Salesforce would quote is quoted, and so is most of the rest.
class RowMaker {
 public:
  static std::string header() {
    std::string line =
        "Id,Name,AccountId,OwnerId,StageName,Amount,CloseDate,CreatedDate,LastModifiedDate,IsClosed,IsWon,"
        "Probability,Type,LeadSource,NextStep,Description,ForecastCategory,CurrencyIsoCode,CampaignId,"
        "RecordTypeId";
    for (std::size_t i = 20; i < kColumns; ++i) line += fmt::format(",Custom_{}__c", i);
    return line + "\n";
  }

  std::string row() {
    std::string line;
    for (std::size_t column = 0; column < kColumns; ++column) {
      if (column > 0) line += ',';
      line += cell(column);
    }
    return line + "\n";
  }

 private:
  std::uint64_t next(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33) % bound;
  }

  std::string cell(std::size_t column) {
    switch (column % 12) {
      case 0:
        return fmt::format("\"006{:015}\"", next(1'000'000'000));
      case 1:
        return fmt::format("\"{}\"", words(2 + next(4)));
      case 2:
        return fmt::format("\"001{:015}\"", next(1'000'000'000));
      case 3:
        return fmt::format("\"005{:015}\"", next(1'000'000'000));
      case 5:
        return fmt::format("{}.{:02}", next(900'000), next(100));
      case 6:
        return fmt::format("2024-{:02}-{:02}", 1 + next(12), 1 + next(28));
      case 7:
        return fmt::format("\"2024-{:02}-{:02}T10:{:02}:00.000Z\"", 1 + next(12), 1 + next(28), next(60));
      case 9:
        return next(2) == 0 ? "true" : "false";
      case 10:
        return "";
      default:
        return next(8) == 0 ? long_text() : fmt::format("\"{}\"", words(1));
    }
  }

  std::string long_text() {
    std::string text = words(5 + next(20));
    if (next(3) == 0) text += ", \"\"quoted\"\", and more";
    if (next(3) == 0) text += "\r\nnext step: call " + words(2);
    return "\"" + text + "\"";
  }

  std::string words(std::uint64_t count) {
    static constexpr std::array<std::string_view, 8> kWords = {"renewal",  "Acme", "platform", "budget",
                                                               "approved", "by",   "customer", "Q3"};
    std::string text;
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i > 0) text += ' ';
      text += kWords[next(kWords.size())];
    }
    return text;
  }

  std::uint64_t state_ = 20240131;
};

void make_file(const std::string& path) {
  if (::access(path.c_str(), R_OK) == 0) return;
  const std::string unfinished = path + ".part";
  std::FILE* file = std::fopen(unfinished.c_str(), "wb");
  if (file == nullptr) give_up("cannot write", unfinished);
  RowMaker maker;
  std::string text = RowMaker::header();
  for (std::size_t written = 0; written < kFileBytes; text = maker.row()) {
    written += std::fwrite(text.data(), 1, text.size(), file);
  }
  if (std::fclose(file) != 0 || std::rename(unfinished.c_str(), path.c_str()) != 0)
    give_up("cannot write", path);
}

// Adds up cell sizes, so that no cell can be left out unnoticed.
class Adder : public RowSink {
 public:
  explicit Adder(std::size_t wanted) : wanted_(wanted) {}

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    std::vector<std::uint32_t> columns(wanted_);
    for (std::size_t i = 0; i < wanted_; ++i)
      columns[i] = static_cast<std::uint32_t>(i * names.size() / wanted_);
    return columns;
  }
  void on_rows(const RowBatch& batch) override {
    rows += batch.places.size();
    for (const RawCell& cell : batch.cells) bytes += cell.text.size();
  }
  void on_reject(const RowReject&) override { ++rejects; }

  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rejects = 0;

 private:
  std::size_t wanted_;
};

std::string count_lines(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::execlp("wc", "wc", "-l", path.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) give_up("cannot run wc -l on", path);
  return "";
}

std::string scan_file(const std::string& path) {
  const File file(path);
  std::vector<char> buffer(kChunkBytes);
  CsvCarry carry;
  CsvCounts counts;
  for (auto chunk = file.read_into(buffer); !chunk.empty(); chunk = file.read_into(buffer)) {
    count_csv_structure(chunk, ',', carry, counts);
  }
  return fmt::format("{} delimiters, {} line ends", counts.delimiters, counts.lines);
}

std::string parse_file(const std::string& path, std::size_t wanted) {
  const File file(path);
  std::vector<char> buffer(kChunkBytes);
  Adder adder(wanted);
  CsvParser parser({.file = path, .delimiter = std::nullopt}, adder);
  Status status;
  for (auto chunk = file.read_into(buffer); status && !chunk.empty(); chunk = file.read_into(buffer)) {
    status = parser.feed(chunk);
  }
  if (status) status = parser.finish();
  if (!status) give_up(status.error().to_string(), "");
  return fmt::format("{} rows, {} bytes in wanted cells, {} rejects", adder.rows, adder.bytes, adder.rejects);
}

struct Contender {
  std::string name;
  std::function<std::string()> run;
  std::vector<double> seconds{};
  std::string outcome{};
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void run_once(Contender& contender) {
  const auto start = std::chrono::steady_clock::now();
  contender.outcome = contender.run();
  contender.seconds.push_back(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

void print(const Contender& contender, const Contender& scan, double bytes) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < scan.seconds.size(); ++i)
    ratios.push_back(contender.seconds[i] / scan.seconds[i]);
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  const double seconds = median(contender.seconds);
  fmt::print("{:<28} {:6.1f} ms {:6.2f} GB/s   {:5.2f} x scan ({:.2f}..{:.2f})   {}\n", contender.name,
             seconds * 1e3, bytes / seconds / 1e9, median(ratios), *least, *most, contender.outcome);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "/tmp/plumbline_csv_bench.csv";
  make_file(path);
  std::vector<Contender> contenders;
  contenders.push_back({.name = "(a) wc -l", .run = [&] { return count_lines(path); }});
  contenders.push_back({.name = "(b) structural scan", .run = [&] { return scan_file(path); }});
  contenders.push_back(
      {.name = "(c) parser, 10 of 35 columns", .run = [&] { return parse_file(path, kFewWanted); }});
  contenders.push_back({.name = "(e) parser, 2 of 35 columns", .run = [&] { return parse_file(path, 2); }});
  contenders.push_back(
      {.name = "(d) parser, all columns", .run = [&] { return parse_file(path, kColumns); }});

  for (Contender& contender : contenders) contender.run();  // into the page cache, and warm
  for (int round = 0; round < kRounds; ++round) {
    for (Contender& contender : contenders) run_once(contender);
  }
  fmt::print(
      "{} bytes, median of {} interleaved runs; b, c and d include read(2) of {} KiB chunks, warm cache\n",
      kFileBytes, kRounds, kChunkBytes >> 10);
  for (const Contender& contender : contenders)
    print(contender, contenders[1], static_cast<double>(kFileBytes));
  return 0;
}
