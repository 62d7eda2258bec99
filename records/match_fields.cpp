// Three steps. Pairer pairs the headers of one object with its fields by name and by what stands in them.
// Then each object gets its key. Last come the things that need all objects: where references lead, dates
// that another column explains, and stages that tell what is closed.
#include "records/match_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/utf8.h"
#include "records/match_fields_impl.h"

namespace plumbline {
namespace {

// Part of the values of a reference that must be keys of the object it leads to, in percent.
constexpr std::uint64_t kLeadingPercent = 90;
// A key of another header is told from several different values, not from two.
constexpr std::size_t kLeastKeys = 3;

class Proposer {
 public:
  Proposer(const Schema& schema, const std::vector<ObjectSource>& sources, const WantedFields& wanted)
      : schema_(schema), sources_(sources), wanted_(wanted) {}

  MapProposal run() {
    for (std::size_t at = 0; at < sources_.size(); ++at) {
      proposal_.objects.push_back({.source = at, .key = {}, .fields = pair_fields(schema_, sources_[at])});
      choose_key(proposal_.objects.back());
    }
    for (ObjectProposal& object : proposal_.objects) {
      for (FieldProposal& field : object.fields) settle_reference(object, field);
      settle_dates(object);
      add_closed(object, "IsClosed");
      add_closed(object, "IsWon");
      drop_unwanted(object);
    }
    return std::move(proposal_);
  }

 private:
  const ObjectSource& source_of(const ObjectProposal& object) const { return sources_[object.source]; }
  const ObjectSchema& schema_of(const ObjectProposal& object) const {
    return schema_.object(source_of(object).object);
  }
  const SampledColumn& column_of(const ObjectProposal& object, std::size_t column) const {
    return source_of(object).columns[column];
  }
  FieldProposal* find(ObjectProposal& object, std::string_view field) const {
    const auto index = schema_of(object).find(field);
    if (!index) return nullptr;
    const auto found = std::ranges::find(object.fields, *index, &FieldProposal::field);
    return found == object.fields.end() ? nullptr : &*found;
  }

  void choose_key(ObjectProposal& object);
  bool is_unique(const ObjectProposal& object, std::size_t column) const;
  bool is_referred_to(const ObjectProposal& object, std::size_t column) const;
  void set_own_key(ObjectProposal& object, std::size_t column, Sureness sure, std::string why);
  void name_by_key(ObjectProposal& object);
  void settle_reference(const ObjectProposal& object, FieldProposal& field);
  void name_only(const ObjectProposal& object, FieldProposal& field, std::size_t target);
  void settle_dates(ObjectProposal& object);
  DayOrder order_elsewhere(const ObjectProposal& object) const;
  void add_closed(ObjectProposal& object, std::string_view name);
  void drop_unwanted(ObjectProposal& object) const;

  const Schema& schema_;
  const std::vector<ObjectSource>& sources_;
  const WantedFields& wanted_;
  MapProposal proposal_;
};

bool Proposer::is_unique(const ObjectProposal& object, std::size_t column) const {
  const ObjectSource& source = source_of(object);
  const SampledColumn& one = source.columns[column];
  return source.rows > 0 && one.filled == source.rows && !one.repeats;
}

// Whether some column of another file holds nothing but values of this one.
bool Proposer::is_referred_to(const ObjectProposal& object, std::size_t column) const {
  const SampledColumn& keys = column_of(object, column);
  for (std::size_t at = 0; at < sources_.size(); ++at) {
    if (at == object.source) continue;
    for (const SampledColumn& other : sources_[at].columns) {
      const bool enough = other.values.size() >= kLeastKeys || same_name(other.name, keys.name);
      if (enough && !other.values.empty() && percent_among(other, keys) >= kLeadingPercent) return true;
    }
  }
  return false;
}

void Proposer::set_own_key(ObjectProposal& object, std::size_t column, Sureness sure, std::string why) {
  object.key = {.kind = KeyProposal::Kind::kOwnKey, .column = column, .sure = sure, .why = std::move(why)};
}

// The one header that stands for two: keys that are what people call the records.
void Proposer::name_by_key(ObjectProposal& object) {
  const auto name = schema_of(object).find("Name");
  if (!name || find(object, "Name") != nullptr) return;
  std::erase_if(object.fields, [&](const FieldProposal& one) { return one.column == object.key.column; });
  object.fields.push_back({.field = *name,
                           .column = object.key.column,
                           .sure = Sureness::kLikely,
                           .why = "the records are known by it"});
}

void Proposer::choose_key(ObjectProposal& object) {
  const ObjectSource& source = source_of(object);
  if (!needs_identity(schema_of(object))) return;
  FieldProposal* const id = find(object, "Id");
  if (id != nullptr) {
    const std::size_t column = id->column;
    const bool ids = source.columns[column].values.empty() || are_salesforce_ids(source.columns[column]);
    const FieldProposal told = *id;
    std::erase_if(object.fields, [&](const FieldProposal& one) { return one.field == told.field; });
    if (ids && told.same_name) return;
    if (ids && told.sure != Sureness::kGuess) {
      object.key = {.kind = KeyProposal::Kind::kRename, .column = column, .sure = told.sure, .why = told.why};
      return;
    }
    if (told.same_name || is_unique(object, column)) {
      const Sureness sure = told.sure == Sureness::kGuess ? Sureness::kLikely : told.sure;
      set_own_key(object, column, sure, fmt::format("{}, and no value stands twice", told.why));
      return;
    }
  }
  const FieldProposal* const name = find(object, "Name");
  if (name != nullptr && is_unique(object, name->column)) {
    set_own_key(object, name->column, Sureness::kLikely, "there is no Id column, and no name stands twice");
    return;
  }
  for (std::size_t column = 0; column < source.columns.size(); ++column) {
    if (!is_unique(object, column)) continue;
    const bool own_name = names_object(source.columns[column].name, schema_of(object));
    if (!own_name && !is_referred_to(object, column)) continue;
    set_own_key(object, column, Sureness::kLikely,
                own_name ? "it is named as the object, and no value stands twice"
                         : "no value stands twice, and another file refers to them");
    name_by_key(object);
    return;
  }
  object.key = {.kind = KeyProposal::Kind::kNone, .why = "no column tells its records apart"};
}

// A reference by the organisation's own keys or names must lead somewhere, or be told to lead nowhere.
void Proposer::settle_reference(const ObjectProposal& object, FieldProposal& field) {
  const FieldSchema& schema = schema_of(object).fields[field.field];
  if (schema.type != FieldType::kReference) return;
  const SampledColumn& column = column_of(object, field.column);
  if (column.values.empty() || are_salesforce_ids(column)) return;
  const auto target = schema.references.empty() ? std::nullopt : schema_.find_object(schema.references);
  if (!target) {
    field.sure = Sureness::kGuess;
    field.why += "; but its values are no Salesforce ids, and which object they name is not known";
    return;
  }
  const auto there = std::ranges::find_if(
      proposal_.objects, [&](const ObjectProposal& one) { return source_of(one).object == *target; });
  if (there == proposal_.objects.end()) return name_only(object, field, *target);
  const std::string& target_name = schema_.object(*target).name;
  if (there->key.kind == KeyProposal::Kind::kNone) {
    field.sure = Sureness::kGuess;
    field.why += fmt::format("; but {} has no column that could be its key", target_name);
    return;
  }
  if (there->key.kind != KeyProposal::Kind::kOwnKey) {
    field.sure = Sureness::kGuess;
    field.why += fmt::format("; but it holds names, and {} is known by ids: export {} as well", target_name,
                             schema.name);
    return;
  }
  field.references = target_name;
  const SampledColumn& keys = column_of(*there, there->key.column);
  const std::uint64_t percent = percent_among(column, keys);
  if (percent >= kLeadingPercent) {
    field.sure = std::min(field.sure, Sureness::kLikely);
    field.why +=
        fmt::format("; {} of its values are keys of {}", percent == 100 ? "all" : "most", target_name);
  } else if (source_of(*there).whole) {
    field.sure = Sureness::kGuess;
    field.why += percent == 0
                     ? fmt::format("; but none of its values is a key of {}", target_name)
                     : fmt::format("; but only {} % of its values are keys of {}", percent, target_name);
  }
}

// Records without a file can still be told apart by what others call them.
void Proposer::name_only(const ObjectProposal& object, FieldProposal& field, std::size_t target) {
  field.references = schema_.object(target).name;
  field.why += fmt::format("; it names {}, of which there is no file", schema_.object(target).plural);
  if (field.sure == Sureness::kCertain) field.sure = Sureness::kLikely;
  if (field.sure == Sureness::kGuess) return;
  if (std::ranges::find(proposal_.named_only, target, &NamedOnly::object) != proposal_.named_only.end())
    return;
  const ObjectSchema& schema = schema_of(object);
  proposal_.named_only.push_back(
      {.object = target, .by = fmt::format("{}.{}", schema.name, schema.fields[field.field].name)});
}

DayOrder Proposer::order_elsewhere(const ObjectProposal& object) const {
  DayOrder order = DayOrder::kUnknown;
  for (const SampledColumn& column : source_of(object).columns) {
    const DayOrder its = day_order_of(column);
    if (its == DayOrder::kUnknown) continue;
    if (order != DayOrder::kUnknown && order != its) return DayOrder::kUnknown;
    order = its;
  }
  return order;
}

// Dates that could be either: another column of the same file tells, or nobody does.
void Proposer::settle_dates(ObjectProposal& object) {
  for (FieldProposal& field : object.fields) {
    const FieldType type = schema_of(object).fields[field.field].type;
    if (!field.when.empty() || (type != FieldType::kDate && type != FieldType::kDateTime)) continue;
    const ValueFit fit = fit_values(column_of(object, field.column), type);
    if (fit.kind != ValueFit::Kind::kAmbiguous) continue;
    const DayOrder order = order_elsewhere(object);
    const bool first_fits = fit.format.starts_with("%d") == (order == DayOrder::kDayFirst);
    field.format = first_fits ? fit.format : fit.other_format;
    if (order == DayOrder::kUnknown) {
      field.format = fit.format;
      field.sure = Sureness::kGuess;
      field.why += fmt::format("; its dates read as {} and as {}: choose one", fit.format, fit.other_format);
    } else {
      field.sure = std::max(field.sure, Sureness::kLikely);
      field.why += fmt::format("; its dates read as {} and as {}, and another column tells which", fit.format,
                               fit.other_format);
    }
  }
}

// IsClosed and IsWon where no usable column says them: by what the stages are called.
void Proposer::add_closed(ObjectProposal& object, std::string_view name) {
  constexpr std::size_t kMostStages = 40;  // more are no stages
  const auto index = schema_of(object).find(name);
  const FieldProposal* const stage = find(object, "StageName");
  const FieldProposal* const own = find(object, name);
  if (!index || stage == nullptr || stage->sure == Sureness::kGuess) return;
  const bool told = own != nullptr && own->sure != Sureness::kGuess &&
                    (source_of(object).described || column_of(object, own->column).filled > 0);
  if (told) return;
  const SampledColumn& column = column_of(object, stage->column);
  if (column.values.empty() || column.values.size() > kMostStages) return;
  const ClosedStages stages = closed_stages(column.values);
  const std::vector<std::string>& names = name == "IsWon" ? stages.won : stages.closed;
  if (names.empty() || (name == "IsClosed" && stages.won.empty())) return;
  FieldProposal field{.field = *index, .column = stage->column};
  field.when = soql_among("StageName", names);
  field.sure = Sureness::kLikely;
  field.why =
      own == nullptr ? "no column says it, but the stages do" : "its column is empty, but the stages say it";
  if (own != nullptr) std::erase_if(object.fields, [&](const auto& one) { return one.field == *index; });
  object.fields.push_back(std::move(field));
}

void Proposer::drop_unwanted(ObjectProposal& object) const {
  const auto wanted = wanted_.find(source_of(object).object);
  std::erase_if(object.fields, [&](const FieldProposal& field) {
    const bool asked = wanted != wanted_.end() && wanted->second.contains(field.field);
    return !asked && field.sure == Sureness::kGuess;
  });
  std::ranges::sort(object.fields, {}, &FieldProposal::field);
}

}  // namespace

std::string_view to_string(Sureness sureness) {
  switch (sureness) {
    case Sureness::kCertain:
      return "certain";
    case Sureness::kLikely:
      return "likely";
    case Sureness::kGuess:
      return "guess";
  }
  return "";
}

bool needs_identity(const ObjectSchema& object) { return object.find("Id") && object.find("Name"); }

std::uint64_t percent_among(const SampledColumn& column, const SampledColumn& keys) {
  std::unordered_set<std::string_view> known;
  for (const SampledValue& value : keys.values) known.insert(value.text);
  std::uint64_t found = 0;
  std::uint64_t all = 0;
  for (const SampledValue& value : column.values) {
    all += value.times;
    if (known.contains(value.text)) found += value.times;
  }
  return all == 0 ? 0 : 100 * found / all;
}

std::string soql_among(std::string_view field, const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) {
    std::string& one = quoted.emplace_back("'");
    for (const char c : text) {
      if (c == '\'' || c == '\\') one += '\\';
      one += c;
    }
    one += '\'';
  }
  if (quoted.size() == 1) return fmt::format("{} = {}", field, quoted.front());
  return fmt::format("{} IN ({})", field, fmt::join(quoted, ", "));
}

MapProposal propose_fields(const Schema& schema, const std::vector<ObjectSource>& sources,
                           const WantedFields& wanted) {
  return Proposer(schema, sources, wanted).run();
}

}  // namespace plumbline
