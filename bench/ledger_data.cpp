#include "bench/ledger_data.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/sales_csv.h"
#include "records/csv.h"

namespace plumbline::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::string_view kFile = "Opportunity.csv";

// Every `step`th row of a file, with another Next Step and amount.
class DeltaSink : public RowSink {
 public:
  DeltaSink(CsvFile& out, std::size_t step, std::size_t count) : out_(out), step_(step), left_(count) {}

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    next_step_ = column(names, "NextStep");
    amount_ = column(names, "Amount");
    if (!next_step_ || !amount_) {
      return fail(ErrorCode::kInvalidInput, "the made-up opportunities have no NextStep or no Amount");
    }
    cells_.assign(names.begin(), names.end());
    out_.row(cells_);
    std::vector<std::uint32_t> all(names.size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }
  void on_rows(const RowBatch& batch) override {
    for (std::size_t row = 0; row < batch.places.size(); ++row) {
      if (left_ == 0 || seen_++ % step_ != 0) continue;
      --left_;
      const auto cells = batch.row(row);
      for (std::size_t i = 0; i < cells.size(); ++i) cells_[i] = cells[i].text;
      cells_[*next_step_] = fmt::format("2026-05-06 called again, number {}", left_);
      cells_[*amount_] = fmt::format("{}.50", 1'000 + left_);
      out_.row(cells_);
    }
  }
  void on_reject(const RowReject&) override {}

  std::size_t left() const { return left_; }

 private:
  static std::optional<std::size_t> column(std::span<const std::string> names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
  }

  CsvFile& out_;
  std::size_t step_;
  std::size_t left_;
  std::size_t seen_ = 0;
  std::optional<std::size_t> next_step_;
  std::optional<std::size_t> amount_;
  Row cells_;
};

Status read_csv(const fs::path& path, RowSink& sink) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(ErrorCode::kNotFound, "cannot open " + path.string());
  CsvParser parser({.file = path.string(), .delimiter = ','}, sink);
  std::vector<char> buffer(kChunkBytes);
  Status status;
  for (ssize_t got = ::read(file, buffer.data(), buffer.size()); status && got > 0;
       got = ::read(file, buffer.data(), buffer.size())) {
    status = parser.feed({buffer.data(), static_cast<std::size_t>(got)});
  }
  ::close(file);
  return status ? parser.finish() : status;
}

std::size_t lines_of(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::vector<char> buffer(kChunkBytes);
  std::size_t lines = 0;
  for (ssize_t got = ::read(file, buffer.data(), buffer.size()); got > 0;
       got = ::read(file, buffer.data(), buffer.size())) {
    lines += static_cast<std::size_t>(std::count(buffer.begin(), buffer.begin() + got, '\n'));
  }
  ::close(file);
  return lines;
}

}  // namespace

SalesFolder deals_of(std::size_t opportunities) {
  SalesFolder what;
  what.sizes.opportunities = opportunities;
  what.sizes.accounts = std::max<std::size_t>(1, opportunities / 4);
  what.sizes.users = std::max<std::size_t>(200, what.sizes.accounts / 125);
  return what;
}

Result<fs::path> sales_folder(const fs::path& data, const SalesFolder& what) {
  constexpr std::array<std::string_view, 3> kFileNames = {"", "-history", "-all"};  // by SalesFiles
  const SalesSizes& sizes = what.sizes;
  fs::path folder =
      data / fmt::format("sales-v{}-{}-{}-{}{}{}", kSalesDataVersion, sizes.opportunities, sizes.accounts,
                         sizes.users, kFileNames.at(static_cast<std::size_t>(what.files)),
                         what.quotes == CsvQuotes::kEverywhere ? "-quoted" : "");
  if (fs::exists(folder / kFile)) return folder;  // the last file to be written
  fmt::print("Making {} ...\n", folder.string());
  (void)std::fflush(stdout);
  if (Status written = write_sales_folder(folder, what); !written) return fail(written.error());
  return folder;
}

Status write_delta(const fs::path& full, const fs::path& delta, std::size_t count) {
  fs::create_directories(delta);
  CsvFile out(delta / kFile, CsvQuotes::kWhereNeeded);
  // A cell may hold line ends, so there are at most as many rows.
  const std::size_t rows = lines_of(full / kFile);
  DeltaSink sink(out, std::max<std::size_t>(1, rows / count / 2), count);
  if (Status read = read_csv(full / kFile, sink); !read) return read;
  if (sink.left() > 0) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} has too few rows for a delta of {}", (full / kFile).string(), count));
  }
  return out.finish();
}

}  // namespace plumbline::bench
