// What happened to a violation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "model/violation.h"

namespace plumbline {

// Written to the ledger as text; the numbers are never stored.
enum class TransitionKind : std::uint8_t {
  kOpened,
  kChanged,    // still open; its evidence, its texts, its severity or the record's owner is another
  kResolved,   // judged, and no longer violated
  kLapsed,     // no longer asked about
  kReopened,   // violated again, after it was closed
  kRetracted,  // it was not so when it was opened, as is known now
  kUnknown,    // the data no longer tells; it stands as it was
  kKnown,      // the data tells again, and it is still violated
};
std::string_view to_string(TransitionKind kind);  // "opened"
std::optional<TransitionKind> parse_transition_kind(std::string_view text);

// Whether a violation is open after it.
bool is_open_after(TransitionKind kind);

// Views, valid during one call.
struct TransitionView {
  TransitionKind kind = TransitionKind::kOpened;
  ViolationNumber number = 0;  // 0: opened for the first time
  std::string_view pack{};
  std::string_view policy{};
  std::string_view object{};
  std::string_view record{};
  std::string_view record_key{};
  std::string_view record_name{};
  std::string_view owner{};  // of the record now; empty where there is none
  std::string_view owner_name{};
  Severity severity = Severity::kMedium;
  // Whether it comes with a new verdict "violated", which evidence, message, remedy and digest are of.
  bool has_verdict = false;
  std::string_view evidence{};  // JSON
  std::string_view message{};
  std::string_view remedy{};
  VerdictDigest digest{};     // without a verdict, that of the last one
  std::string_view reason{};  // why it lapsed, was retracted, or is not known
};

// Takes transitions in the order they are to be told. The first Error ends the run.
class TransitionSink {
 public:
  virtual ~TransitionSink() = default;
  virtual Status take(const TransitionView& transition) = 0;
};

}  // namespace plumbline
