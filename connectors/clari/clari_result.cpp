#include "connectors/clari/clari_result.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr int kListDepth = 2;
constexpr int kElementDepth = 3;

struct ListName {
  std::string_view name;
  ClariList list;
};

constexpr std::array kListNames = {
    ListName{"entries", ClariList::kEntries},         ListName{"users", ClariList::kUsers},
    ListName{"fields", ClariList::kFields},           ListName{"timeFrames", ClariList::kTimeFrames},
    ListName{"timePeriods", ClariList::kTimePeriods},
};

ClariList list_named(std::string_view name) {
  for (const ListName& known : kListNames) {
    if (known.name == name) return known.list;
  }
  return ClariList::kOther;
}

// Numbers of an entry that are no values.
constexpr std::array<std::string_view, 2> kNoValues = {"updatedOn", "updatedBy"};

std::unexpected<Error> too_many(std::string_view what, std::size_t most) {
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("Clari's result has more than {} {}; export a part of the hierarchy (scope)", most, what));
}

}  // namespace

std::string_view ClariElement::text(std::string_view name) const {
  const auto found = std::ranges::find(members_, name, &ClariMember::name);
  return found == members_.end() || found->kind == JsonKind::kNull ? std::string_view{} : found->text;
}

Status ClariResultReader::told(Status read) {
  if (!taken_) return fail(taken_.error());
  if (read) return {};
  return fail(ErrorCode::kUnavailable, fmt::format("Clari's result {}", read.error().message));
}

Status ClariResultReader::push(std::string_view piece) { return told(stream_.push(piece)); }

Status ClariResultReader::finish() {
  if (Status read = told(stream_.finish()); !read) return read;
  if (has_entries_) return {};
  return fail(ErrorCode::kUnavailable, "Clari's result has no list of entries: it is not that of a forecast");
}

bool ClariResultReader::begin_object() {
  ++depth_;
  if (depth_ == kElementDepth) element_.members_.clear();
  return true;
}

bool ClariResultReader::end_object() {
  if (depth_ == kElementDepth && list_ != ClariList::kOther) taken_ = sink_.take(list_, element_);
  --depth_;
  return taken_.has_value();
}

bool ClariResultReader::begin_array() {
  ++depth_;
  if (depth_ == kListDepth) {
    list_ = list_named(key_);
    has_entries_ = has_entries_ || list_ == ClariList::kEntries;
  }
  return true;
}

bool ClariResultReader::end_array() {
  if (depth_ == kListDepth) list_ = ClariList::kOther;
  --depth_;
  return true;
}

bool ClariResultReader::key(std::string_view name) {
  if (depth_ == 1 || depth_ == kElementDepth) key_ = name.substr(0, kMostClariTextBytes);
  return true;
}

bool ClariResultReader::value(JsonKind kind, std::string_view text) {
  const bool is_member = depth_ == kElementDepth && list_ != ClariList::kOther;
  if (is_member && element_.members_.size() < kMostClariMembers) {
    element_.members_.push_back(
        {.name = key_, .kind = kind, .text = std::string(text.substr(0, kMostClariTextBytes))});
  }
  return true;
}

Status ClariOutline::take(ClariList list, const ClariElement& element) {
  switch (list) {
    case ClariList::kUsers: {
      if (users.size() == kMostClariUsers) return too_many("users", kMostClariUsers);
      const std::string_view crm_id = element.text("crmId");
      const bool is_salesforce = id_shape(crm_id) == IdShape::kSalesforce;
      users.insert_or_assign(std::string(element.text("userId")),
                             ClariUser{.name = std::string(element.text("name")),
                                       .email = std::string(element.text("email")),
                                       .crm_id = is_salesforce ? std::string(crm_id) : std::string{}});
      return {};
    }
    case ClariList::kFields:
      if (fields.size() == kMostClariNames) return too_many("fields", kMostClariNames);
      fields.insert_or_assign(std::string(element.text("fieldId")), std::string(element.text("fieldName")));
      return {};
    case ClariList::kTimePeriods:
      if (periods.size() == kMostClariNames) return too_many("quarters", kMostClariNames);
      periods.emplace_back(element.text("timePeriodId"));
      return {};
    case ClariList::kTimeFrames:
      if (weeks.size() == kMostClariNames) return too_many("weeks", kMostClariNames);
      weeks.emplace(element.text("timeFrameId"));
      return {};
    case ClariList::kEntries:
      ++entries;
      if (entry_periods.size() < kMostClariNames) entry_periods.emplace(element.text("timePeriodId"));
      for (const ClariMember& member : element.members()) {
        const bool is_value =
            member.kind == JsonKind::kNumber && std::ranges::find(kNoValues, member.name) == kNoValues.end();
        if (!is_value || value_names.contains(member.name)) continue;
        if (value_names.size() == kMostClariMembers) return too_many("kinds of values", kMostClariMembers);
        value_names.insert(member.name);
      }
      return {};
    case ClariList::kOther:
      return {};
  }
  return {};
}

const ClariUser* ClariOutline::user(std::string_view id) const {
  const auto found = users.find(id);
  return found == users.end() ? nullptr : &found->second;
}

std::string_view ClariOutline::field_name(std::string_view id) const {
  const auto found = fields.find(id);
  return found == fields.end() || found->second.empty() ? id : std::string_view(found->second);
}

}  // namespace plumbline
