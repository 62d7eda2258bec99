// Templates of IdIndex; included by records/record_id.h alone.
#pragma once

namespace plumbline {

template <class KeyOf>
std::size_t IdIndex::locate(std::string_view key, std::uint32_t tag, const KeyOf& key_of) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = tag & mask;
  while (slots_[at].row != kNoRow) {
    if (slots_[at].tag == tag && same_key(key_of(slots_[at].row), key)) break;
    at = (at + 1) & mask;
  }
  return at;
}

template <class KeyOf>
RowIndex IdIndex::find_or_insert(std::string_view key, RowIndex row, const KeyOf& key_of) {
  make_room();
  const auto tag = static_cast<std::uint32_t>(hash_text(key));
  Slot& slot = slots_[locate(key, tag, key_of)];
  if (slot.row != kNoRow) return slot.row;
  slot = Slot{.tag = tag, .row = row};
  ++used_;
  return row;
}

template <class KeyOf>
RowIndex IdIndex::insert(std::string_view key, std::uint64_t hash, RowIndex row, const KeyOf& key_of) {
  make_room();
  const auto tag = static_cast<std::uint32_t>(hash);
  Slot& slot = slots_[locate(key, tag, key_of)];
  const RowIndex before = slot.row;
  slot = Slot{.tag = tag, .row = row};
  if (before == kNoRow) ++used_;
  return before;
}

template <class KeyOf>
RowIndex IdIndex::find(std::string_view key, std::uint64_t hash, const KeyOf& key_of) const {
  if (slots_.empty()) return kNoRow;
  return slots_[locate(key, static_cast<std::uint32_t>(hash), key_of)].row;
}

}  // namespace plumbline
