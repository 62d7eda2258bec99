// Writing made-up CSV files: what the writers of all objects have in common.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/dice.h"
#include "bench/sales_data.h"

namespace plumbline::bench {

// One file, which appears under its name once it is whole. The first failure is kept until finish().
class CsvFile {
 public:
  CsvFile(const std::filesystem::path& path, CsvQuotes quotes);

  void row(std::span<const std::string> cells);
  Status finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };

  void add_cell(std::string_view cell);
  void flush();

  std::filesystem::path path_;
  std::string part_;
  CsvQuotes quotes_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string buffer_;
  bool failed_ = false;
};

using Row = std::vector<std::string>;

// Empties the cells, which keep their memory.
void clear(Row& row);

// As people type a picklist's value into a sheet: mostly as it is called.
void add_typed(Dice& dice, std::string_view value, std::string& out);

}  // namespace plumbline::bench
