#include "sandbox/world/value.h"

#include <array>

#include "base/json.h"

namespace plumbline::sandbox {
namespace {

struct TextWriter {
  std::string& out;
  InstantForm form;

  void operator()(std::monostate) const {}
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(double value) const {
    std::array<char, kJsonNumberRoom> digits;
    out.append(digits.data(), write_json_number(digits.data(), value));
  }
  void operator()(const std::string& value) const { out += value; }
  void operator()(Day value) const { out += format_day(value); }
  void operator()(Instant value) const {
    out += format_instant(value);
    out.pop_back();  // the Z
    out += form == InstantForm::kOffset ? ".000+0000" : ".000Z";
  }
};

}  // namespace

void append_text(std::string& out, const Value& value, InstantForm form) {
  std::visit(TextWriter{.out = out, .form = form}, value);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t from = 0;;) {
    const std::size_t quote = text.find('"', from);
    out += text.substr(from, quote - from);
    if (quote == std::string_view::npos) break;
    out += "\"\"";
    from = quote + 1;
  }
  out += '"';
}

}  // namespace plumbline::sandbox
