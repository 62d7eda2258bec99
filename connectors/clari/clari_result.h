// The result of a forecast export: an object of five lists, read as it passes and never kept whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_stream.h"
#include "base/result.h"

namespace plumbline {

enum class ClariList : std::uint8_t { kEntries, kUsers, kFields, kTimeFrames, kTimePeriods, kOther };

// One element of a list: its members that are plain values. Those that are objects or lists (a currency, a
// scope) are left out, whichever members have them.
struct ClariMember {
  std::string name;
  JsonKind kind = JsonKind::kNull;
  std::string text;
};

class ClariElement {
 public:
  // Empty where there is no such member, or it is null.
  std::string_view text(std::string_view name) const;
  const std::vector<ClariMember>& members() const { return members_; }

 private:
  friend class ClariResultReader;
  std::vector<ClariMember> members_;
};

inline constexpr std::size_t kMostClariMembers = 64;  // of one element
inline constexpr std::size_t kMostClariTextBytes = 4096;

// Who is told of each element, in the order of the document. An Error ends the reading.
class ClariResultSink {
 public:
  virtual ~ClariResultSink() = default;
  virtual Status take(ClariList list, const ClariElement& element) = 0;
};

// Push the pieces, then finish(). kUnavailable where the document breaks off, is no JSON or has no list of
// entries. For one thread.
class ClariResultReader : private JsonEvents {
 public:
  explicit ClariResultReader(ClariResultSink& sink) : sink_(sink) {}
  Status push(std::string_view piece);
  Status finish();

 private:
  bool begin_object() override;
  bool end_object() override;
  bool begin_array() override;
  bool end_array() override;
  bool key(std::string_view name) override;
  bool value(JsonKind kind, std::string_view text) override;
  Status told(Status read);

  ClariResultSink& sink_;
  JsonStream stream_{*this};
  ClariElement element_;
  std::string key_;
  Status taken_{};
  ClariList list_ = ClariList::kOther;
  int depth_ = 0;  // 1: the document; 2: one of its lists; 3: an element
  bool has_entries_ = false;
};

inline constexpr std::size_t kMostClariUsers = 200'000;
inline constexpr std::size_t kMostClariNames = 10'000;  // of fields, weeks, quarters, kinds of values each

struct ClariUser {
  std::string name{};
  std::string email{};
  std::string crm_id{};  // 005...; empty where it is no Salesforce id
};

// The four small lists, and what kinds of values the entries have: read first, for they may stand behind the
// entries that refer to them.
class ClariOutline : public ClariResultSink {
 public:
  Status take(ClariList list, const ClariElement& element) override;

  const ClariUser* user(std::string_view id) const;
  // The field's name; its id where it has none.
  std::string_view field_name(std::string_view id) const;

  std::map<std::string, ClariUser, std::less<>> users{};
  std::map<std::string, std::string, std::less<>> fields{};  // name by id
  std::vector<std::string> periods{};                        // ids, in the order of the document
  std::set<std::string> weeks{};                             // ids of time frames
  std::set<std::string> entry_periods{};
  std::set<std::string> value_names{};  // of the entries' numbers: forecastValue, quotaValue, ...
  std::uint64_t entries = 0;
};

}  // namespace plumbline
