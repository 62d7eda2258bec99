// Writes the benchmarks' sales organisation as a folder of CSV files.
//
//   generate --out DIR [--opportunities N] [--accounts N] [--users N] [--files deals|history|all]
//            [--quotes needed|all] [--seed N]
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "bench/sales_data.h"

namespace {

using namespace plumbline;
using namespace plumbline::bench;

struct Command {
  std::string out;
  SalesFolder what;
};

bool read_count(std::string_view text, std::size_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out > 0 &&
         out <= std::numeric_limits<std::uint32_t>::max();
}

bool take_option(std::string_view name, std::string_view value, Command& command) {
  if (name == "--out") {
    command.out = value;
    return true;
  }
  if (name == "--files") {
    command.what.files = value == "all"       ? SalesFiles::kAll
                         : value == "history" ? SalesFiles::kHistory
                                              : SalesFiles::kDeals;
    return value == "all" || value == "history" || value == "deals";
  }
  if (name == "--quotes") {
    command.what.quotes = value == "all" ? CsvQuotes::kEverywhere : CsvQuotes::kWhereNeeded;
    return value == "all" || value == "needed";
  }
  SalesSizes& sizes = command.what.sizes;
  if (name == "--opportunities") return read_count(value, sizes.opportunities);
  if (name == "--accounts") return read_count(value, sizes.accounts);
  if (name == "--users") return read_count(value, sizes.users);
  if (name == "--seed") return read_count(value, sizes.seed);
  return false;
}

std::optional<Command> read_command(int argc, char** argv) {
  Command command;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !take_option(argv[i], argv[i + 1], command)) {
      fmt::print(stderr, "generate: cannot use {}; the options stand at the head of bench/generate.cpp\n",
                 argv[i]);
      return std::nullopt;
    }
  }
  if (command.out.empty()) {
    fmt::print(stderr, "generate: --out DIR says where to\n");
    return std::nullopt;
  }
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Command> command = read_command(argc, argv);
  if (!command) return 2;
  if (const Status status = write_sales_folder(command->out, command->what); !status) {
    fmt::print(stderr, "generate: {}\n", status.error().to_string());
    return 1;
  }
  return 0;
}
