#include "policies/bind_template.h"

#include <string>
#include <string_view>
#include <utility>

#include "policies/template_pieces.h"

namespace plumbline {
namespace {

class TemplateBinder {
 public:
  TemplateBinder(const BindScope& scope, const SourceText& text, std::size_t object,
                 const std::function<Bound(BoundCondition)>& take)
      : scope_(scope), text_(text), object_(object), take_(take) {}

  MessageTemplate run() {
    std::string plain;
    const std::string& all = text_.text;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool doubled = i + 1 < all.size() && all[i + 1] == all[i] && (all[i] == '{' || all[i] == '}');
      if (doubled) {
        plain += all[i++];
      } else if (all[i] == '{') {
        const std::size_t end = end_of_expression(all, i + 1);
        if (end == std::string::npos) {
          fault(i, "this `{` is never closed; write {{ for a brace");
          return std::move(result_);
        }
        if (!plain.empty()) result_.pieces.push_back({.text = std::exchange(plain, {})});
        bind_piece(i + 1, end);
        i = end;
      } else if (all[i] == '}') {
        fault(i, "this `}` closes nothing; write }} for a brace");
      } else {
        plain += all[i];
      }
    }
    if (!plain.empty()) result_.pieces.push_back({.text = std::move(plain)});
    return std::move(result_);
  }

 private:
  void bind_piece(std::size_t begin, std::size_t end) {
    const std::string_view expression = std::string_view(text_.text).substr(begin, end - begin);
    Bound bound = take_(bind_value_at(scope_, text_, expression, static_cast<std::uint32_t>(begin), object_));
    if (bound) result_.pieces.push_back({.expression = std::move(bound)});
  }

  void fault(std::size_t at, std::string message) {
    const auto place = static_cast<std::uint32_t>(at);
    scope_.diagnostics.error("PB061", text_.place({place, place + 1}), std::move(message));
  }

  const BindScope& scope_;
  const SourceText& text_;
  std::size_t object_;
  const std::function<Bound(BoundCondition)>& take_;
  MessageTemplate result_{};
};

}  // namespace

MessageTemplate bind_template(const BindScope& scope, const SourceText& text, std::size_t object,
                              const std::function<Bound(BoundCondition)>& take) {
  return TemplateBinder(scope, text, object, take).run();
}

}  // namespace plumbline
