// How long a cell takes to be read as its type. Each benchmark goes round some thousands of different cells
// of one shape, so that neither the branch predictor nor the cache knows them by heart; `a_cell` is the time
// of one.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "records/cell.h"
#include "records/record_id.h"

namespace {

using namespace plumbline;

constexpr std::size_t kCells = 4096;

class Dice {
 public:
  std::uint64_t below(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33) % bound;
  }

 private:
  std::uint64_t state_ = 20240131;
};

// The cells one behind the other, as the reader of a file hands them out.
class Cells {
 public:
  template <class Make>
  explicit Cells(const Make& make) {
    Dice dice;
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < kCells; ++i) {
      bytes_ += make(dice);
      ends.push_back(bytes_.size());
      bytes_ += ',';
    }
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      texts_.push_back(std::string_view(bytes_).substr(begin, end - begin));
      begin = end + 1;
    }
  }
  Cells(const Cells&) = delete;
  Cells& operator=(const Cells&) = delete;

  const std::vector<std::string_view>& texts() const { return texts_; }
  std::size_t bytes() const { return bytes_.size() - kCells; }

 private:
  std::string bytes_;
  std::vector<std::string_view> texts_;
};

std::string day(Dice& dice) {
  return fmt::format("20{:02}-{:02}-{:02}", 10 + dice.below(20), 1 + dice.below(12), 1 + dice.below(28));
}
std::string clock(Dice& dice) {
  return fmt::format("{:02}:{:02}:{:02}", dice.below(24), dice.below(60), dice.below(60));
}
std::string bulk_datetime(Dice& dice) { return day(dice) + "T" + clock(dice) + ".000Z"; }
std::string rest_datetime(Dice& dice) { return day(dice) + "T" + clock(dice) + ".000+0000"; }
std::string short_datetime(Dice& dice) { return day(dice) + "T" + clock(dice) + "Z"; }
std::string whole(Dice& dice) { return std::to_string(dice.below(dice.below(2) == 0 ? 1000 : 9'000'000)); }
std::string amount(Dice& dice) { return fmt::format("{}.{:02}", whole(dice), dice.below(100)); }
std::string mixed_amount(Dice& dice) {
  if (dice.below(2) == 0) return whole(dice);
  return dice.below(2) == 0 ? amount(dice) : whole(dice) + ".0";
}
std::string exponent(Dice& dice) { return fmt::format("{}.{}E7", 1 + dice.below(9), dice.below(10000)); }
std::string truth(Dice& dice) { return dice.below(2) == 0 ? "true" : "false"; }
std::string record_id(Dice& dice) { return fmt::format("006{:012}AAQ", dice.below(1'000'000'000)); }
std::string empty(Dice&) { return {}; }
std::string words(Dice& dice, std::size_t bytes) {
  constexpr std::array<std::string_view, 6> kWords = {"renewal", "Acme", "budget", "approved", "by", "Q3"};
  std::string text;
  while (text.size() < bytes) text += std::string(kWords[dice.below(kWords.size())]) + ' ';
  return text.substr(0, bytes - 1) + '.';
}
std::string short_text(Dice& dice) { return words(dice, 8 + dice.below(40)); }
std::string long_text(Dice& dice) { return words(dice, 2000); }
std::string accented_text(Dice& dice) { return words(dice, 30) + " Zoë über " + words(dice, 30); }

template <class Read>
void measure(benchmark::State& state, const Cells& cells, const Read& read) {
  for ([[maybe_unused]] const auto round : state) {
    for (const std::string_view text : cells.texts()) benchmark::DoNotOptimize(read(text));
  }
  state.counters["a_cell"] =
      benchmark::Counter(static_cast<double>(cells.texts().size()),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(cells.bytes()));
}

struct CellCase {
  std::string_view name;
  FieldType type;
  std::string (*make)(Dice&);
};

constexpr std::array kCases = {
    CellCase{"date", FieldType::kDate, day},
    CellCase{"date/of_datetime", FieldType::kDate, bulk_datetime},
    CellCase{"datetime/Z", FieldType::kDateTime, bulk_datetime},
    CellCase{"datetime/+0000", FieldType::kDateTime, rest_datetime},
    CellCase{"datetime/no_fraction", FieldType::kDateTime, short_datetime},
    CellCase{"money/whole", FieldType::kMoney, whole},
    CellCase{"money/cents", FieldType::kMoney, amount},
    CellCase{"money/mixed", FieldType::kMoney, mixed_amount},
    CellCase{"money/exponent", FieldType::kMoney, exponent},
    CellCase{"number/whole", FieldType::kNumber, whole},
    CellCase{"number/mixed", FieldType::kNumber, mixed_amount},
    CellCase{"number/exponent", FieldType::kNumber, exponent},
    CellCase{"boolean", FieldType::kBoolean, truth},
    CellCase{"empty", FieldType::kDate, empty},
    CellCase{"text/short", FieldType::kText, short_text},
    CellCase{"text/long", FieldType::kText, long_text},
    CellCase{"text/accented", FieldType::kText, accented_text},
    CellCase{"id", FieldType::kId, record_id},
};

void add_benchmarks() {
  for (const CellCase& one : kCases) {
    benchmark::RegisterBenchmark(fmt::format("read_cell/{}", one.name).c_str(), [one](auto& state) {
      const Cells cells(one.make);
      measure(state, cells, [&](std::string_view text) { return read_cell(text, one.type); });
    });
  }
  const auto of_ids = [](std::string_view name, auto read) {
    benchmark::RegisterBenchmark(std::string(name).c_str(), [read](benchmark::State& state) {
      const Cells cells(record_id);
      measure(state, cells, read);
    });
  };
  of_ids("id_shape", [](std::string_view text) { return id_shape(text); });
  of_ids("id_key", [](std::string_view text) { return id_key(text); });
  of_ids("hash_text", [](std::string_view text) { return hash_text(text); });
}

}  // namespace

int main(int argc, char** argv) {
  add_benchmarks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
