// Every header is held against every field. The best pair is taken first, then the best of those that are
// left; what came close to a pair taken is told as its rival.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "records/match_fields_impl.h"

namespace plumbline {
namespace {

struct Pair {
  std::size_t field = 0;
  std::size_t column = 0;
  NameMatch name{};
  unsigned score = 0;
  ValueFit fit{};
  bool unusable = false;
};

constexpr unsigned kCertainScore = 90;  // of the name
constexpr unsigned kLikelyScore = 80;
constexpr unsigned kUnusableCost = 40;   // so that a readable column is preferred
constexpr unsigned kRivalDistance = 15;  // scores that are no further apart compete
constexpr unsigned kEqualDistance = 4;   // and so near each other, neither is sure

// What a describe document says of the column in place of values. Text holds anything.
bool told_otherwise(const SampledColumn& column, FieldType type) {
  if (!column.told_type) return false;
  const auto kind = [](FieldType one) {
    switch (one) {
      case FieldType::kDate:
      case FieldType::kDateTime:
        return 1;
      case FieldType::kNumber:
      case FieldType::kMoney:
        return 2;
      case FieldType::kBoolean:
        return 3;
      case FieldType::kId:
      case FieldType::kReference:
        return 4;
      default:
        return 0;
    }
  };
  return kind(type) != kind(*column.told_type);
}

bool leads_elsewhere(const SampledColumn& column, const FieldSchema& field) {
  if (field.type != FieldType::kReference || field.references.empty()) return false;
  if (!column.told_objects.empty()) {
    return std::ranges::none_of(
        column.told_objects, [&](const std::string& object) { return same_name(object, field.references); });
  }
  const std::string object = object_of_ids(column);
  return !object.empty() && object != field.references;
}

// A text whose column is full of ids or dates is another field, unless its name says that it is this one.
bool is_no_text(const SampledColumn& column, FieldType type) {
  if (type != FieldType::kText) return false;
  if (are_salesforce_ids(column)) return true;
  const ValueFit::Kind dates = fit_values(column, FieldType::kDate).kind;
  return dates == ValueFit::Kind::kFits || dates == ValueFit::Kind::kAmbiguous;
}

std::optional<Pair> pair_of(const SampledColumn& column, std::size_t column_at, const ObjectSchema& object,
                            std::size_t field_at) {
  const FieldSchema& field = object.fields[field_at];
  std::optional<NameMatch> name = match_name(column.name, object, field);
  if (!column.label.empty()) {
    const std::optional<NameMatch> label = match_name(column.label, object, field);
    if (label && (!name || label->score > name->score)) name = label;
  }
  if (!name) return std::nullopt;
  Pair pair{.field = field_at, .column = column_at, .name = *name, .score = name->score};
  pair.fit = fit_values(column, field.type);
  const bool exact = name->tie == NameTie::kSameName;
  if (!exact && (told_otherwise(column, field.type) || leads_elsewhere(column, field))) return std::nullopt;
  if (name->score < kLikelyScore && is_no_text(column, field.type)) return std::nullopt;
  pair.unusable = pair.fit.kind == ValueFit::Kind::kUnreadable;
  if (pair.unusable && name->score < kLikelyScore) return std::nullopt;  // neither name nor values
  if (pair.unusable && !exact) pair.score -= kUnusableCost;
  return pair;
}

std::string why_of(const Pair& pair, const SampledColumn& column, const FieldSchema& field, bool described) {
  std::string why(to_string(pair.name.tie));
  switch (pair.fit.kind) {
    case ValueFit::Kind::kNothing:
      if (!described) why += "; the column is empty";
      break;
    case ValueFit::Kind::kUnreadable:
      why += fmt::format("; but \"{}\" is no {}", pair.fit.bad, to_string(field.type));
      break;
    case ValueFit::Kind::kThousands:
      why += fmt::format(
          "; but \"{}\" would be read with a decimal point: if thousands are meant, export it "
          "without points",
          pair.fit.bad);
      break;
    case ValueFit::Kind::kFits:
      if (pair.fit.bad_cells > 0)
        why += fmt::format("; {} of {} cells cannot be read, such as \"{}\"", pair.fit.bad_cells,
                           column.filled, pair.fit.bad);
      break;
    default:
      break;
  }
  return why;
}

Sureness sureness_of(const Pair& pair, const SampledColumn& column, const FieldSchema& field,
                     bool described) {
  if (pair.unusable || pair.fit.kind == ValueFit::Kind::kThousands) return Sureness::kGuess;
  if (pair.name.tie == NameTie::kSameName) return Sureness::kCertain;
  const bool nothing = pair.fit.kind == ValueFit::Kind::kNothing && !described;
  if (pair.name.score >= kCertainScore) return nothing ? Sureness::kLikely : Sureness::kCertain;
  if (pair.name.score >= kLikelyScore) return nothing ? Sureness::kGuess : Sureness::kLikely;
  const bool leads_there = field.type == FieldType::kReference && object_of_ids(column) == field.references &&
                           !field.references.empty();
  return leads_there ? Sureness::kLikely : Sureness::kGuess;
}

std::string told_name(std::string_view field) {
  while (field.ends_with("__c")) field.remove_suffix(3);
  return fmt::format("Told_{}__c", field);
}

class Pairer {
 public:
  Pairer(const Schema& schema, const ObjectSource& source)
      : object_(schema.object(source.object)), source_(source) {}

  std::vector<FieldProposal> run() {
    gather();
    for (const Pair& pair : pairs_) take(pair);
    for (FieldProposal& proposal : out_) tell_rivals(proposal);
    return std::move(out_);
  }

 private:
  // An exact name is its field, whatever else it might mean; only the other headers are held against all.
  void gather() {
    for (std::size_t column = 0; column < source_.columns.size(); ++column) {
      const auto exact = object_.find(source_.columns[column].name);
      for (std::size_t field = 0; field < object_.fields.size(); ++field) {
        if (exact && field != *exact) continue;
        if (same_name(object_.fields[field].name, "IsDeleted") && !exact) continue;
        if (auto pair = pair_of(source_.columns[column], column, object_, field)) pairs_.push_back(*pair);
      }
    }
    std::ranges::sort(pairs_, {},
                      [](const Pair& pair) { return std::tuple(~pair.score, pair.field, pair.column); });
  }

  void take(const Pair& pair) {
    const bool taken = std::ranges::any_of(
        taken_, [&](const Pair& one) { return one.field == pair.field || one.column == pair.column; });
    if (taken) return;
    taken_.push_back(pair);
    const FieldSchema& field = object_.fields[pair.field];
    const SampledColumn& column = source_.columns[pair.column];
    FieldProposal proposal{.field = pair.field, .column = pair.column};
    proposal.format = pair.fit.format;
    proposal.sure = sureness_of(pair, column, field, source_.described);
    proposal.why = why_of(pair, column, field, source_.described);
    proposal.same_name =
        pair.name.tie == NameTie::kSameName && pair.fit.format.empty() && same_name(column.name, field.name);
    if (pair.fit.kind == ValueFit::Kind::kTruths) {
      proposal.told_field = told_name(field.name);
      proposal.when = soql_among(proposal.told_field, pair.fit.yes);
      proposal.same_name = false;
      proposal.sure = std::max(proposal.sure, Sureness::kLikely);
      proposal.why += "; it has words for yes and no, which a condition turns into true and false";
    }
    out_.push_back(std::move(proposal));
  }

  // Headers that nobody took, and that were nearly as good for this field.
  void tell_rivals(FieldProposal& proposal) {
    const auto own = std::ranges::find(taken_, proposal.field, &Pair::field);
    for (const Pair& pair : pairs_) {
      const bool free =
          std::ranges::none_of(taken_, [&](const Pair& one) { return one.column == pair.column; });
      if (!free || pair.field != proposal.field || pair.score + kRivalDistance < own->score) continue;
      proposal.rivals.push_back(source_.columns[pair.column].name);
      const bool equal = pair.score + kEqualDistance >= own->score;
      if (equal && own->name.tie != NameTie::kSameName) proposal.sure = Sureness::kGuess;
    }
  }

  const ObjectSchema& object_;
  const ObjectSource& source_;
  std::vector<Pair> pairs_;  // the best first
  std::vector<Pair> taken_;
  std::vector<FieldProposal> out_;
};

// Fields that every object has say nothing about which it is.
bool is_common(const Schema& schema, std::string_view field) {
  std::size_t objects = 0;
  for (std::size_t at = 0; at < schema.object_count(); ++at) {
    if (schema.object(at).find(field)) ++objects;
  }
  return objects > 4;
}

}  // namespace

std::vector<FieldProposal> pair_fields(const Schema& schema, const ObjectSource& source) {
  return Pairer(schema, source).run();
}

std::optional<ObjectGuess> guess_object(const Schema& schema, const std::vector<SampledColumn>& columns) {
  struct Scored {
    ObjectGuess guess;
    unsigned points = 0;
  };
  // Of a match that only this object has. Half of it makes a file worth mentioning.
  constexpr unsigned kEnough = 250;
  constexpr unsigned kWorthMentioning = 150;
  constexpr unsigned kCommonShare = 4;
  constexpr unsigned kIdPoints = 300;
  Scored best;
  unsigned second = 0;
  for (std::size_t at = 0; at < schema.object_count(); ++at) {
    Scored scored{.guess = {.object = at, .fields = {}}};
    ObjectSource source{.object = at};
    source.columns = columns;
    for (const FieldProposal& field : Pairer(schema, source).run()) {
      const FieldSchema& known = schema.object(at).fields[field.field];
      unsigned points = field.sure == Sureness::kCertain ? 100 : field.sure == Sureness::kLikely ? 75 : 25;
      const bool is_id = known.type == FieldType::kId;
      if (is_id && object_of_ids(columns[field.column]) == schema.object(at).name) points += kIdPoints;
      // "opportunity_id" is the Id of nothing else.
      const bool says_object =
          is_id &&
          match_name(columns[field.column].name, schema.object(at), known)->tie == NameTie::kWithObject;
      if (is_common(schema, known.name) && !says_object)
        points = points >= kIdPoints ? points : points / kCommonShare;
      if (field.sure != Sureness::kGuess) scored.guess.fields.push_back(known.label);
      scored.points += points;
    }
    if (scored.points > best.points) {
      second = best.points;
      best = std::move(scored);
    } else {
      second = std::max(second, scored.points);
    }
  }
  if (best.points < kWorthMentioning || best.guess.fields.empty()) return std::nullopt;
  // Clearly more than the next, and no small part of the file.
  const bool clear = 4 * best.points >= 5 * second && 3 * best.guess.fields.size() >= columns.size();
  if (best.points >= kEnough && clear) best.guess.sure = Sureness::kLikely;
  return best.guess;
}

}  // namespace plumbline
