#include "policies/evidence_json.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/copy_text.h"
#include "base/json.h"
#include "base/money.h"
#include "base/time.h"

namespace plumbline {
namespace {

template <class Write>
char* write_quoted(char* out, const Write& write) {
  *out++ = '"';
  out = write(out);
  *out++ = '"';
  return out;
}

char* write_value(char* out, const Value& value) {
  if (value.is_null()) return copy_text(out, "null");
  // Not null, and no text that could be mistaken for a value of the record.
  if (value.is_unknown()) return copy_text(out, R"({"unknown":true})");
  switch (value.type) {
    case ValueType::kBoolean:
      return copy_text(out, value.boolean ? "true" : "false");
    case ValueType::kNumber:
      return write_json_number(out, value.number);
    case ValueType::kMoney:
      return write_money(out, value.money);
    case ValueType::kDate:
      return write_quoted(out, [&](char* at) { return write_day(at, value.day); });
    case ValueType::kDateTime:
      return write_quoted(out, [&](char* at) { return write_instant(at, value.instant); });
    default:
      return write_json_text(out, value.text);
  }
}

constexpr std::size_t kValueRoom = 64;  // of any value that is not text, with a colon and a comma
static_assert(kJsonNumberRoom + 2 <= kValueRoom && kInstantRoom + 4 <= kValueRoom &&
              kMoneyRoom <= kValueRoom);

// Of names that differ, few have the same bit; of names that are the same, all do.
std::uint64_t bit_of(std::string_view name) {
  if (name.empty()) return 1;
  const auto first = static_cast<unsigned char>(name.front());
  const auto last = static_cast<unsigned char>(name.back());
  return std::uint64_t{1} << ((name.size() * 31 + first * 7U + last * 3U) % 64);
}

}  // namespace

// A name that a pack gives may be a field's as well.
char* write_evidence_json(char* out, std::span<const EvidenceView> evidence) {
  *out++ = '{';
  std::uint64_t told_bits = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const std::string_view name = evidence[i].name;
    const std::uint64_t bit = bit_of(name);
    const auto has_name = [&](const EvidenceView& item) { return item.name == name; };
    if ((told_bits & bit) != 0 && std::ranges::any_of(evidence.first(i), has_name)) continue;
    if (told_bits != 0) *out++ = ',';
    told_bits |= bit;
    out = write_json_text(out, name);
    *out++ = ':';
    out = write_value(out, evidence[i].value);
  }
  *out++ = '}';
  return out;
}

std::size_t evidence_json_room(std::span<const EvidenceView> evidence) {
  std::size_t room = 0;
  for (const EvidenceView& item : evidence)
    room += json_text_room(item.name.size()) + json_text_room(item.value.text.size()) + kValueRoom;
  return room;
}

}  // namespace plumbline
