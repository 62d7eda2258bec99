// Functions of text. As everywhere in the language, comparing texts ignores case; only REGEX minds it.
#include <algorithm>
#include <cstring>
#include <string>

#include <re2/re2.h>

#include "base/byte_lanes.h"
#include "base/utf8.h"
#include "policies/functions/support.h"
#include "policies/functions/text_dates.h"
#include "policies/functions/text_words.h"

namespace plumbline {
namespace {

// --- CONTAINS and BEGINS

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_ascii_letter(char a, char b) { return ascii_lower(a) == ascii_lower(b); }

bool begins_ascii(std::string_view text, std::string_view part) {
  return text.size() >= part.size() && std::equal(part.begin(), part.end(), text.begin(), same_ascii_letter);
}

// A longer part is searched for with memmem, whose time stays linear; up to here, trying every place that has
// the part's first byte is quicker than folding the text into a copy.
constexpr std::size_t kShortPart = 64;

bool holds_ascii(std::string_view text, std::string_view part) {
  const char first = ascii_lower(part.front());
  const auto is_first = [first](ByteLanes bytes) { return bytes.lower().equal(first); };
  for (std::size_t pos = 0; (pos = find_byte(text, pos, is_first)) != std::string_view::npos; ++pos) {
    if (begins_ascii(text.substr(pos), part)) return true;
  }
  return false;
}

bool holds(std::string_view text, std::string_view part) {
  if (part.empty()) return true;
  // NUL cannot be searched for by its byte: it fills up short texts.
  if (part.size() <= kShortPart && part.front() != '\0' && is_ascii(part) && is_ascii(text)) {
    return holds_ascii(text, part);
  }
  const std::string folded = fold_case(text);
  const std::string wanted = fold_case(part);
  return memmem(folded.data(), folded.size(), wanted.data(), wanted.size()) != nullptr;
}

bool begins(std::string_view text, std::string_view part) {
  if (is_ascii(part) && begins_ascii(text, part)) return true;
  if (is_ascii(part) && is_ascii(text)) return false;
  return fold_case(text).starts_with(fold_case(part));
}

// Null text holds nothing, and nothing holds a null part: what is not there has not been found.
template <bool (*Found)(std::string_view, std::string_view)>
Value find_part(const CallContext&, Arguments arguments) {
  if (arguments[0].is_null() || arguments[1].is_null()) return Value::of(false);
  return Value::of(Found(arguments[0].text, arguments[1].text));
}

// --- REGEX

constexpr std::size_t kMaxPatternBytes = 4000;                     // the longest string literal of SOQL
constexpr std::int64_t kMaxPatternMemory = std::int64_t{1} << 20;  // of the compiled program and its caches

std::string_view fault_of(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "has an escape that is not known (a reference back to a group, as \\1, is not supported)";
    case RE2::ErrorBadCharClass:
      return "has a character class that is not known";
    case RE2::ErrorBadCharRange:
      return "has a character range that runs backwards; write [a-z], the lower end first";
    case RE2::ErrorMissingBracket:
      return "opens a [ that is never closed";
    case RE2::ErrorMissingParen:
      return "opens a ( that is never closed";
    case RE2::ErrorUnexpectedParen:
      return "has a ) with no ( before it; write \\) for the character itself";
    case RE2::ErrorTrailingBackslash:
      return "ends in a lone backslash; write \\\\ for the character itself";
    case RE2::ErrorRepeatArgument:
      return "has a repetition with nothing to repeat before it";
    case RE2::ErrorRepeatSize:
      return "repeats more than 1000 times; repetitions within repetitions multiply";
    case RE2::ErrorRepeatOp:
      return "has two repetitions in a row; put the inner one into ( )";
    case RE2::ErrorBadPerlOp:
      return "has a (? that is not known (looking ahead or behind is not supported)";
    case RE2::ErrorBadUTF8:
      return "is not valid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "has a group name that is not a name, or is used twice";
    case RE2::ErrorPatternTooLarge:
      return "is too large once compiled; shorten it or repeat less";
    case RE2::NoError:
    case RE2::ErrorInternal:
      break;
  }
  return "could not be compiled";
}

std::unexpected<Error> refuse(std::string_view pattern, std::string_view fault, std::string_view at = {}) {
  const std::string near = at.empty() ? std::string() : fmt::format(", near \"{}\"", at);
  return fail(ErrorCode::kInvalidInput,
              fmt::format("the regular expression '{}' {}{}", pattern, fault, near));
}

Result<std::shared_ptr<const void>> compile_pattern(std::span<const Value> constants, const Calendar&) {
  if (constants.empty() || !constants[0].is_known()) {
    return fail(ErrorCode::kInvalidInput, "REGEX needs a pattern, and this one is null");
  }
  const std::string_view pattern = constants[0].text;
  if (pattern.size() > kMaxPatternBytes) {
    return refuse(pattern.substr(0, 40),
                  fmt::format("is longer than {} bytes; shorten it", kMaxPatternBytes));
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemory);
  auto compiled = std::make_shared<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (compiled->ok()) return compiled;
  return refuse(pattern, fault_of(compiled->error_code()), compiled->error_arg());
}

Value matches(const CallContext& context, Arguments arguments) {
  if (arguments[0].is_null()) return Value::of(false);
  if (!context.prepared) return Value::unknown("the regular expression was not compiled");
  const std::string_view text = arguments[0].text;
  const auto& pattern = *static_cast<const RE2*>(context.prepared);
  return Value::of(RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern));
}

// --- the rest

std::string_view text_or_empty(const Value& value) {
  return value.is_null() ? std::string_view{} : value.text;
}

Value length(const CallContext&, Arguments arguments) {
  return Value::of(static_cast<double>(code_points(text_or_empty(arguments[0]))));
}

Value trimmed(const CallContext&, Arguments arguments) { return Value::of(trim(arguments[0].text)); }

template <void (*AppendChanged)(std::string&, std::string_view)>
Value changed(const CallContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].text;
  return Value::of(context.arena.keep_made([text](std::string& out) { AppendChanged(out, text); }));
}

void append_upper(std::string& out, std::string_view text) { out += upper(text); }

Value words(const CallContext&, Arguments arguments) {
  return Value::of(static_cast<double>(word_count(text_or_empty(arguments[0]))));
}

template <bool (*Holds)(std::string_view)>
Value test_text(const CallContext&, Arguments arguments) {
  return Value::of(Holds(text_or_empty(arguments[0])));
}

Value blank_fields(const CallContext& context, Arguments arguments) {
  std::string labels;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!is_blank_value(arguments[i])) continue;
    if (!labels.empty()) labels += ", ";
    const FieldArgument& field = context.fields[i];
    labels += field.label.empty() ? field_name(context, field) : field.label;
  }
  if (labels.empty()) return Value::null(ValueType::kText);
  return Value::of(context.arena.keep(labels));
}

FunctionDescriptor text_row(std::string_view name, std::string_view usage, std::string_view help,
                            ResultType result, MissingRule missing, RowFunction evaluate) {
  return {.name = name,
          .usage = usage,
          .help = help,
          .arguments = {kTextArg},
          .required = 1,
          .result = result,
          .missing = missing,
          .evaluate = evaluate};
}

FunctionDescriptor part_row(std::string_view name, std::string_view usage, std::string_view help,
                            RowFunction evaluate) {
  return {.name = name,
          .usage = usage,
          .help = help,
          .arguments = {kTextArg, kTextArg},
          .required = 2,
          .result = ResultType::kBoolean,
          .missing = MissingRule::kSeesNulls,
          .evaluate = evaluate};
}

std::vector<FunctionDescriptor> formula_functions() {
  return {
      text_row("LEN", "LEN(text)", "How many characters the text has, outer blanks included; 0 for null.",
               ResultType::kNumber, MissingRule::kSeesNulls, length),
      text_row("TRIM", "TRIM(text)", "The text without white space at its ends.", ResultType::kText,
               MissingRule::kStrict, trimmed),
      text_row("LOWER", "LOWER(text)", "The text in lower case.", ResultType::kText, MissingRule::kStrict,
               changed<append_lower>),
      text_row("UPPER", "UPPER(text)", "The text in upper case.", ResultType::kText, MissingRule::kStrict,
               changed<append_upper>),
      part_row(
          "CONTAINS", "CONTAINS(text, part)",
          "Whether the text holds the part, in any case; an empty part is always held, but null text holds "
          "nothing and a null part is never held.",
          find_part<holds>),
      part_row("BEGINS", "BEGINS(text, part)",
               "Whether the text begins with the part, in any case; an empty part always does, but null text "
               "begins "
               "with nothing and a null part is never found.",
               find_part<begins>),
      {.name = "REGEX",
       .usage = "REGEX(text, 'pattern')",
       .help = "Whether the whole text matches an RE2 regular expression; case counts unless the pattern "
               "begins with "
               "(?i), and null text never matches.",
       .arguments = {kTextArg, kTextArg | kConstantArg},
       .required = 2,
       .result = ResultType::kBoolean,
       .missing = MissingRule::kSeesNulls,
       .evaluate = matches,
       .prepare = compile_pattern},
  };
}

std::vector<FunctionDescriptor> wording_functions() {
  return {
      text_row("WORD_COUNT", "WORD_COUNT(text)",
               "How many pieces between white space have at least one letter or digit; 0 for null.",
               ResultType::kNumber, MissingRule::kSeesNulls, words),
      text_row("CONTAINS_DATE", "CONTAINS_DATE(text)",
               "Whether the text holds a date such as 4/23, 2022-04-23 or Apr 23rd; false for null.",
               ResultType::kBoolean, MissingRule::kSeesNulls, test_text<contains_date>),
      text_row("CONTAINS_LOG", "CONTAINS_LOG(text)",
               "Whether two or more entries of the text start with a date; false for null.",
               ResultType::kBoolean, MissingRule::kSeesNulls, test_text<contains_log>),
      {.name = "NORMALIZED",
       .usage = "NORMALIZED(text)",
       .help = "The text trimmed, in lower case and without punctuation at its end, for comparing loosely.",
       .arguments = {kTextArg},
       .required = 1,
       .result = ResultType::kText,
       .evaluate = changed<append_normalized>,
       .cuts_only_ends = true},
      {.name = "BLANK_FIELDS",
       .usage = "BLANK_FIELDS(field1, field2, ...)",
       .help = "The labels of those fields that are blank, joined with commas; null when none is.",
       .arguments = {kAnyArg | kFieldArg},
       .required = 1,
       .repeats = 1,
       .result = ResultType::kText,
       .missing = MissingRule::kSeesNulls,
       .evaluate = blank_fields},
  };
}

}  // namespace

std::vector<FunctionDescriptor> text_functions() {
  std::vector<FunctionDescriptor> rows = formula_functions();
  for (FunctionDescriptor& row : wording_functions()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace plumbline
