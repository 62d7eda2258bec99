// Salesforce record ids: 15 characters, or the same 15 with 3 that only repeat their case. Both name one
// record. A field map's own keys (an opportunity number, an account's name) are ids too and compare whole.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/large_pages.h"

namespace plumbline {

enum class IdRule : std::uint8_t {
  kSalesforce,  // 15 or 18 letters and digits, anything else rejects the row
  kAnyText,     // a field map's own key
};

// Of a Salesforce id, what identifies.
inline constexpr std::size_t kIdKeyBytes = 15;

// The part that identifies: the first 15 of a 15- or 18-character alphanumeric id, else the whole text
// without outer blanks. Case counts.
std::string_view id_key(std::string_view id);

// Likewise under a rule. An own key of 18 characters is cut only where the last 3 are the case suffix
// Salesforce would give it, so that two long customer numbers with a common beginning stay two.
std::string_view id_key(std::string_view id, IdRule rule);

// The 18 characters of a Salesforce id of 15, for systems that know no others. Any other text as it is.
std::string long_id(std::string_view id);

// The same bytes; without a call where both are as long as ids are.
inline bool same_key(std::string_view a, std::string_view b) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (a.size() != kIdKeyBytes || b.size() != kIdKeyBytes) return a == b;
  const auto word = [](const char* from) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, from, kWord);
    return bytes;
  };
  return word(a.data()) == word(b.data()) &&
         word(a.data() + kIdKeyBytes - kWord) == word(b.data() + kIdKeyBytes - kWord);
}

inline bool same_id(std::string_view a, std::string_view b) { return id_key(a) == id_key(b); }

enum class IdShape : std::uint8_t { kSalesforce, kWrongLength, kWrongCharacters };
// Of the id without outer blanks.
IdShape id_shape(std::string_view id);

// Mixes every byte: Salesforce ids of one object share their first dozen characters, so a hash that leans on
// prefixes would put a million records into a few buckets. The same in every run, not meant to resist an
// attacker.
std::uint64_t hash_text(std::string_view text);
// Equal for ids that same_id calls equal.
inline std::uint64_t hash_id(std::string_view id) { return hash_text(id_key(id)); }

using RowIndex = std::uint32_t;
inline constexpr RowIndex kNoRow = 0xFFFFFFFF;       // the reference is null
inline constexpr RowIndex kMissingRow = 0xFFFFFFFE;  // the reference names a record that is not in the data

// Finds a row by its key (what id_key gives). Holds no text: asks the caller for the key of a row to compare.
// Open addressing over a power of two; 8 bytes a slot, at most 5 of 8 slots used.
class IdIndex {
 public:
  void reserve(std::size_t rows);
  // `key_of(row)` gives the key of a row already inserted. Returns the row that held this key before, or
  // kNoRow; the new row takes its place.
  template <class KeyOf>
  RowIndex insert(std::string_view key, RowIndex row, const KeyOf& key_of) {
    return insert(key, hash_text(key), row, key_of);
  }
  template <class KeyOf>
  RowIndex insert(std::string_view key, std::uint64_t hash, RowIndex row, const KeyOf& key_of);
  // The row that holds this key already, or `row`, which then holds it.
  template <class KeyOf>
  RowIndex find_or_insert(std::string_view key, RowIndex row, const KeyOf& key_of);
  // kNoRow where no row holds the key.
  template <class KeyOf>
  RowIndex find(std::string_view key, const KeyOf& key_of) const {
    return find(key, hash_text(key), key_of);
  }
  template <class KeyOf>
  RowIndex find(std::string_view key, std::uint64_t hash, const KeyOf& key_of) const;
  // For looking up many keys: asks for the memory that find() will look at first, and, once that has come,
  // tells the row whose key will be compared first (kNoRow for none). `hash` is the key's hash_text.
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[home_of(hash)]);
  }
  RowIndex first_candidate(std::uint64_t hash) const {
    return slots_.empty() ? kNoRow : slots_[home_of(hash)].row;
  }

  std::size_t size() const { return used_; }
  // Slots between where a key belongs and where it stands, at worst: the price of an unlucky look-up.
  std::size_t longest_probe() const;

 private:
  struct Slot {
    std::uint32_t tag = 0;  // low half of the hash: placing and growing need no text
    RowIndex row = kNoRow;
  };
  std::size_t home_of(std::uint64_t hash) const {
    return static_cast<std::uint32_t>(hash) & (slots_.size() - 1);
  }
  // The slot of the key, or the empty one where it would go.
  template <class KeyOf>
  std::size_t locate(std::string_view key, std::uint32_t tag, const KeyOf& key_of) const;
  void make_room();
  void resize(std::size_t slots);

  std::vector<Slot, LargePages<Slot>> slots_;
  std::size_t used_ = 0;
};

}  // namespace plumbline

#include "records/id_index.inl"
