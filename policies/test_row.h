// How a row of a .test file is written: cells between bars. Used by test_file.cpp, which reads rows, and
// bless_test.cpp, which writes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

struct SplitRow {
  struct Cell {
    std::size_t begin = 0;  // bytes of the line, blanks around the cell left out
    std::size_t end = 0;
  };
  std::vector<Cell> cells;
  std::size_t rest = 0;  // byte behind the last bar: blanks, and maybe a comment
  bool closed = true;    // false where no bar ends the last cell
};

// `line` has a bar as its first character that is no blank. A # behind `columns` cells begins a comment; in
// front of them it is part of a cell.
SplitRow split_row(std::string_view line, std::size_t columns);

// What a cell as written stands for; `fault` says what is wrong with it, and is left empty where nothing is.
std::string unescaped_cell(std::string_view written, std::string& fault);

}  // namespace plumbline
