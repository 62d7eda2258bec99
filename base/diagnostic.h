// Faults found in a text somebody wrote (a pack, a condition, a field map): all of them, sorted by place,
// each with its line and a caret. Codes (PB012) are explained in docs/errors.md and never reused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace plumbline {

enum class DiagnosticLevel : std::uint8_t { kError, kWarning };

struct Diagnostic {
  DiagnosticLevel level = DiagnosticLevel::kError;
  std::string code;  // "PB012"
  SourceSpan where;
  std::string message;  // fact, what was expected, nearest known name

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// Collects; equal ones once. Keeps at most kMostDiagnostics, errors before warnings, and counts the others,
// which render_all tells in one line. Not for use from several threads at once.
class Diagnostics {
 public:
  void error(std::string code, SourceSpan where, std::string message);
  void warning(std::string code, SourceSpan where, std::string message);
  void append(const Diagnostics& other);

  bool has_errors() const { return errors_ > 0; }
  bool empty() const { return items_.empty(); }
  std::size_t error_count() const { return errors_; }
  std::size_t warning_count() const { return warnings_; }

  // The kept ones in order of file, line, column.
  std::vector<Diagnostic> sorted() const;

 private:
  void add(Diagnostic diagnostic);
  void count(DiagnosticLevel level, std::size_t times);

  std::vector<Diagnostic> items_;
  std::size_t errors_ = 0;    // kept or not
  std::size_t warnings_ = 0;  // kept or not
};

inline constexpr std::size_t kMostDiagnostics = 200;
inline constexpr std::size_t kMostColumns = 160;

// file:line:col: error: message [PB012]
//   the line itself
//      ^~~~
// `source` is the whole file's text; where it is empty, or the line is blank or not in it, the first line
// stands alone. Each line ends with a newline. A line wider than kMostColumns is shown around the caret; a
// place without a column gets no caret; characters that could garble a terminal are shown as U+FFFD.
std::string render(const Diagnostic& diagnostic, std::string_view source);

// All of them in order, at most kMostDiagnostics, then one line that tells how many more there are.
std::string render_all(const Diagnostics& diagnostics, std::string_view source);

}  // namespace plumbline
