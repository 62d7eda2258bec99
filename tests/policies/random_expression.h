// Random conditions and other expressions of the policy language, as text: typed by its rules, so that nearly
// all bind against world_schema() and the pack whose words they use.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/functions/function.h"
#include "policies/language/value.h"
#include "tests/policies/random_source.h"

namespace plumbline {

inline constexpr int kMaxRandomDepth = 6;

// A definition of the pack: what it gives, for records of which object.
struct DefinedWord {
  std::string name;
  std::size_t object = 0;
  ValueType type = ValueType::kBoolean;
  bool for_selects = false;  // without $Outer, so that a SELECT may use it, too
};

// The parameters every random pack declares (random_pack.cpp), by what they hold.
struct ParameterWords {
  static std::optional<std::string_view> scalar(ValueType type, RandomSource& random);
  static std::optional<std::string_view> list(ValueType type, RandomSource& random);
  static std::optional<std::string_view> map(ValueType type, RandomSource& random);  // text -> type
};

class ExpressionWriter {
 public:
  // `definitions` must outlive the writer. `now` is what dates in the text are near to.
  ExpressionWriter(RandomSource& random, std::span<const DefinedWord> definitions, Instant now)
      : random_(random), definitions_(definitions), now_(now) {}

  // About a record of `object`; nested up to `depth`, which is at most kMaxRandomDepth.
  std::string condition(std::size_t object, int depth);
  std::string value(ValueType type, std::size_t object, int depth);
  // The same for a definition's text, which may stand in any frame: no $Record in it.
  std::string definition(ValueType type, std::size_t object, int depth);

 private:
  // What names may be used of.
  struct Scope {
    std::size_t object = 0;
    std::optional<std::size_t> record{};  // behind $Record
    std::optional<std::size_t> outer{};   // behind $Outer
    int aggregates = 0;                   // around this place
    bool alone = false;                   // inside a SELECT
  };
  struct FieldPath {
    std::string text;
    std::size_t object = 0;
    std::size_t field = 0;
  };
  using Types = std::uint16_t;  // ArgumentTypes

  // random_expression.cpp
  std::string value(ValueType type, const Scope& scope, int depth);
  std::string leaf(ValueType type, const Scope& scope);
  std::string literal(ValueType type);
  static std::string quoted(std::string_view text);
  std::string word(std::string_view word);
  enum class History : std::uint8_t { kAny, kKept };  // whether changes of the field must be kept
  using Fits = std::function<bool(ValueType)>;
  std::optional<FieldPath> field_path(const Scope& scope, const Fits& fits, History history = History::kAny);
  std::string begin_path(const Scope& scope, std::size_t& object);
  std::string field(ValueType type, const Scope& scope);
  std::optional<std::string> defined(ValueType type, const Scope& scope);
  std::string arithmetic(ValueType type, const Scope& scope, int depth);
  std::string small_number(const Scope& scope, int depth);
  std::string looked_up(ValueType type, const Scope& scope, int depth);
  std::string date_literal();
  std::string single_day();
  ValueType any_type();
  std::string integer(int reach);
  std::string some_id();

  // random_comparison.cpp
  std::string condition(const Scope& scope, int depth);
  std::string simple(const Scope& scope, int depth);
  std::string chain(const Scope& scope, int depth);
  std::string member(const Scope& scope, int depth);
  std::string compared(const Scope& scope, int depth);
  std::string compared_times(const Scope& scope, int depth);
  std::string compared_with_null(const Scope& scope, int depth);
  std::string counted(const Scope& scope, int depth);
  std::string in_currency(const Scope& scope);
  std::string ranged(const Scope& scope, int depth);
  std::string like(const Scope& scope, int depth);
  std::string in_list(const Scope& scope, int depth);
  std::string in_select(const Scope& scope, int depth);
  std::string includes(const Scope& scope, int depth);
  std::string list_of(ValueType type);
  std::string any_order();
  std::string equality();

  // random_call.cpp
  std::optional<std::string> call(ValueType type, const Scope& scope, int depth);
  std::optional<std::string> call_of(const FunctionDescriptor& function, ValueType type, const Scope& scope,
                                     int depth);
  std::optional<std::string> argument(const FunctionDescriptor& function, std::size_t index, ValueType type,
                                      const Scope& scope, int depth);
  std::optional<std::string> field_argument(const FunctionDescriptor& function, std::size_t index,
                                            ValueType type, const Scope& scope);
  std::string constant_argument(const FunctionDescriptor& function);
  ValueType kin(ValueType type);
  ValueType type_among(Types types);
  std::optional<std::string> aggregate(ValueType type, const Scope& scope, int depth);
  std::optional<std::string> folded(ValueType type, const Scope& scope, int depth);
  struct Related {
    std::string path;
    std::size_t object = 0;
    bool needs_where = false;  // or MIN and MAX would be read as functions of values
  };
  std::optional<Related> related(const Scope& scope);
  std::string where(const Scope& rows, int depth);
  static Scope inside(const Scope& scope, std::size_t object);

  RandomSource& random_;
  std::span<const DefinedWord> definitions_;
  Instant now_;
};

// ArgumentTypes a value of that type is accepted as.
std::uint16_t types_accepting(ValueType type);

}  // namespace plumbline
