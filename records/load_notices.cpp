#include "records/load_notices.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "records/data_folder.h"
#include "records/id_memo.h"

namespace plumbline {
namespace {

constexpr std::size_t kMostNamesOfCircle = 6;
constexpr std::size_t kMostExamples = 16;
constexpr std::string_view kQueuePrefix = "00G";  // Salesforce: leads and cases may belong to a queue

std::string counted(std::size_t count, std::string_view object) {
  return fmt::format("{} {} {}", count, object, count == 1 ? "record" : "records");
}

std::string example_of(std::string_view id, std::string_view owner) {
  return fmt::format("{} is owned by {}", id, owner);
}

void note_owners(const ObjectSchema& object, const Table& table, const Table& users, std::size_t owner_field,
                 std::vector<std::string>& notices) {
  const Column* owners = table.column(owner_field);
  if (owners == nullptr) return;
  const auto known = std::make_unique<IdMemo>(users);
  OwnerMisses misses;
  for (RowIndex row = 0; row < table.rows(); ++row) {
    if (!table.visible(row) || owners->kind(row) != CellKind::kKnown) continue;
    if (known->find(owners->text(row)) == kMissingRow) misses.add(table.id(row), owners->text(row));
  }
  misses.note(object.name, notices);
}

RowIndex next_row(const Table& table, const Column& references, RowIndex row) {
  if (!table.visible(row) || references.kind(row) != CellKind::kKnown) return kNoRow;
  const RowIndex next = table.find(references.text(row));
  return next == kMissingRow ? kNoRow : next;
}

struct Circles {
  std::size_t count = 0;
  std::size_t members = 0;
  std::vector<RowIndex> first;
};

// Every row has at most one way on, so each walk ends at a row without one, at a row of an earlier walk, or
// at a row of its own: a circle.
Circles find_circles(const Table& table, const Column& references) {
  Circles circles;
  std::vector<std::uint32_t> walk_of(table.rows());  // 0: not yet walked
  std::uint32_t walk = 0;
  for (RowIndex start = 0; start < table.rows(); ++start) {
    ++walk;
    RowIndex row = start;
    while (row != kNoRow && walk_of[row] == 0) {
      walk_of[row] = walk;
      row = next_row(table, references, row);
    }
    if (row == kNoRow || walk_of[row] != walk) continue;
    std::vector<RowIndex> members;
    RowIndex member = row;
    do {
      members.push_back(member);
      member = next_row(table, references, member);
    } while (member != row);
    ++circles.count;
    circles.members += members.size();
    if (circles.count == 1) circles.first = std::move(members);
  }
  return circles;
}

std::string name_of(const ObjectSchema& object, const Table& table, RowIndex row) {
  const std::optional<std::size_t> field = object.find("Name");
  const Column* names = field ? table.column(*field) : nullptr;
  if (names == nullptr || names->kind(row) != CellKind::kKnown) return std::string(table.id(row));
  return std::string(names->text(row));
}

void note_circles(const ObjectSchema& object, const Table& table, std::string_view field,
                  std::vector<std::string>& notices) {
  const std::optional<std::size_t> index = object.find(field);
  const Column* references = index ? table.column(*index) : nullptr;
  if (references == nullptr) return;
  const Circles circles = find_circles(table, *references);
  if (circles.count == 0) return;
  std::string chain;
  for (std::size_t at = 0; at < circles.first.size() && at < kMostNamesOfCircle; ++at) {
    chain += name_of(object, table, circles.first[at]) + " > ";
  }
  chain += circles.first.size() > kMostNamesOfCircle ? "..." : name_of(object, table, circles.first.front());
  notices.push_back(
      fmt::format("{} {} back to {} through {} (for example, {}); correct one {} of each circle",
                  counted(circles.members, object.name), circles.members == 1 ? "leads" : "lead",
                  circles.members == 1 ? "itself" : "themselves", field, chain, field));
}

}  // namespace

OwnerMisses::Kind& OwnerMisses::kind_of(std::string_view owner) {
  return owner.starts_with(kQueuePrefix) ? queues_ : others_;
}

void OwnerMisses::add(std::string_view id, std::string_view owner) {
  Kind& kind = kind_of(owner);
  ++kind.records;
  if (kind.examples.size() < kMostExamples) kind.examples.push_back(example_of(id, owner));
}

void OwnerMisses::add(const OwnerMisses& later) {
  for (const auto& [kind, more] :
       {std::pair{&queues_, &later.queues_}, std::pair{&others_, &later.others_}}) {
    kind->records += more->records;
    for (const std::string& example : more->examples) {
      if (kind->examples.size() < kMostExamples) kind->examples.push_back(example);
    }
  }
}

void OwnerMisses::remove(std::string_view id, std::string_view owner) {
  Kind& kind = kind_of(owner);
  if (kind.records > 0) --kind.records;
  const auto example = std::ranges::find(kind.examples, example_of(id, owner));
  if (example != kind.examples.end() && kind.examples.size() > 1) kind.examples.erase(example);
}

void OwnerMisses::note(std::string_view object, std::vector<std::string>& notices) const {
  if (others_.records > 0) {
    notices.push_back(fmt::format("{} {} an owner who is not in User (for example, {}); export all users",
                                  counted(others_.records, object), others_.records == 1 ? "has" : "have",
                                  others_.examples.front()));
  }
  if (queues_.records > 0) {
    notices.push_back(fmt::format("{} {} to a queue instead of a user (for example, {})",
                                  counted(queues_.records, object),
                                  queues_.records == 1 ? "belongs" : "belong", queues_.examples.front()));
  }
}

std::vector<std::string> notices_of(const Schema& schema, std::span<const std::unique_ptr<Table>> tables,
                                    std::span<const OwnerMisses> missed_owners) {
  std::vector<std::string> notices;
  const std::optional<std::size_t> user = schema.find_object("User");
  const Table* users = user ? tables[*user].get() : nullptr;
  for (std::size_t index = 0; index < tables.size(); ++index) {
    if (tables[index] == nullptr) continue;
    const ObjectSchema& object = schema.object(index);
    const Table& table = *tables[index];
    const std::optional<std::size_t> owner = object.find("OwnerId");
    if (users != nullptr && owner) note_owners(object, table, *users, *owner, notices);
    missed_owners[index].note(object.name, notices);
    if (object.name == "User") note_circles(object, table, "ManagerId", notices);
    if (object.name == "Account") note_circles(object, table, "ParentId", notices);
  }
  return notices;
}

void note_file(const DataFile& file, std::uint64_t rows, std::uint64_t nul_bytes,
               std::vector<std::string>& notices) {
  if (rows == 0) {
    notices.push_back(
        fmt::format("{} {}", file.name,
                    file.format == FileFormat::kCsv ? "holds a header and no rows" : "holds no records"));
  }
  if (nul_bytes > 0) {
    notices.push_back(fmt::format("{} NUL {} dropped from {}", nul_bytes,
                                  nul_bytes == 1 ? "byte was" : "bytes were", file.name));
  }
}

}  // namespace plumbline
