// A summary as people read it: lines with a label in the margin of the first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

class Sheet {
 public:
  // For a screen so wide.
  explicit Sheet(std::size_t columns);

  // What follows is labelled so.
  void section(std::string_view label) { label_ = label; }
  // Wrapped; later lines are set in a little.
  void line(std::string_view text);
  // As it is: cells that are aligned already.
  void row(const std::string& text);

  std::string take() { return std::move(out_); }

 private:
  void add(std::string_view text);

  std::size_t text_columns_;
  std::string_view label_;
  std::string out_;
};

// Columns of the widest text.
std::size_t widest(const std::vector<std::string>& texts);

}  // namespace plumbline
