// What went wrong, where, and what the caller may do about it.
// Values; safe to copy between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plumbline {

// Chosen by what the caller does next, not by where the fault arose.
enum class ErrorCode : std::uint8_t {
  kInvalidInput,  // the text, file or option is wrong: tell the person
  kNotFound,      // the named thing does not exist
  kConflict,      // it exists already, or changed under us
  kUnavailable,   // try again later
  kRateLimited,   // try again at a known time
  kAuth,          // credentials refused
  kCancelled,     // asked to stop
  kCorrupt,       // bytes that should verify do not
  kInternal,      // a broken invariant of ours
};

// A place in a file. Lines and columns count from 1; 0 means "the whole file" and "the whole line".
// Columns and lengths are in bytes of UTF-8.
struct SourceSpan {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;

  // "file:12:5", "file:12" or "file".
  std::string to_string() const;
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;                 // place-free fact and remedy, for a person
  std::optional<SourceSpan> where;     // where the fact was seen
  std::vector<std::string> context{};  // outermost last, each "while ..."

  // One line: place, message, context.
  std::string to_string() const;
};

}  // namespace plumbline
