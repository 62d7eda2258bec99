// Lines of CSV (RFC 4180) for files that Plumbline itself reads again.
#pragma once

#include <string>
#include <string_view>

namespace plumbline {

// One line, begun anew by start().
class CsvLine {
 public:
  void start() {
    text_.clear();
    is_first_ = true;
  }
  CsvLine& cell(std::string_view text);
  // With its line end.
  std::string_view end();

 private:
  std::string text_;
  bool is_first_ = true;
};

}  // namespace plumbline
