// People, as the records tell of them.
#include <optional>
#include <string>

#include "messages/reminders.h"
#include "records/table.h"

namespace plumbline {
namespace {

// The columns of one object by name; what the data has no column of is empty.
class Fields {
 public:
  Fields(const Snapshot& snapshot, std::string_view object_name) {
    const auto object = snapshot.schema().find_object(object_name);
    if (!object) return;
    schema_ = &snapshot.schema().object(*object);
    table_ = snapshot.table(*object);
  }

  const Table* table() const { return table_; }

  std::string text(RowIndex row, std::string_view field) const {
    const Column* const column = known(row, field);
    return column != nullptr && is_text_like(column->type()) ? std::string(column->text(row)) : std::string();
  }
  std::optional<Day> day(RowIndex row, std::string_view field) const {
    const Column* const column = known(row, field);
    if (column == nullptr || column->type() != FieldType::kDate) return std::nullopt;
    return column->day(row);
  }
  bool truth(RowIndex row, std::string_view field, bool otherwise) const {
    const Column* const column = known(row, field);
    return column != nullptr && column->type() == FieldType::kBoolean ? column->boolean(row) : otherwise;
  }

 private:
  const Column* known(RowIndex row, std::string_view field) const {
    const auto index = schema_->find(field);
    const Column* const column = index ? table_->column(*index) : nullptr;
    return column != nullptr && column->kind(row) == CellKind::kKnown ? column : nullptr;
  }

  const ObjectSchema* schema_ = nullptr;
  const Table* table_ = nullptr;
};

Person person_of(const Fields& users, RowIndex row) {
  Person person{.id = std::string(users.table()->id(row)),
                .name = users.text(row, "Name"),
                .email = users.text(row, "Email"),
                .chat_id = users.text(row, "Chat_Id__c"),
                .manager = users.text(row, "ManagerId"),
                .team = users.text(row, "Team__c"),
                .segment = users.text(row, "Segment__c"),
                .region = users.text(row, "Region__c"),
                .is_active = users.truth(row, "IsActive", true)};
  if (const auto zone = TimeZone::find(users.text(row, "TimeZoneSidKey"))) person.zone = *zone;
  return person;
}

}  // namespace

People people_of(const Snapshot& snapshot) {
  People people;
  const Fields users(snapshot, "User");
  if (users.table() == nullptr) return people;
  for (RowIndex row = 0; row < users.table()->rows(); ++row) {
    if (users.table()->visible(row)) people.add(person_of(users, row));
  }
  const Fields absences(snapshot, "Absence");
  if (absences.table() == nullptr) return people;
  for (RowIndex row = 0; row < absences.table()->rows(); ++row) {
    if (!absences.table()->visible(row)) continue;
    const PersonIndex person = people.find_email(absences.text(row, "UserEmail"));
    const auto from = absences.day(row, "From");
    const auto until = absences.day(row, "Until");
    if (person != kNobody && from && until)
      people.at(person).leaves.push_back({.from = *from, .until = *until});
  }
  return people;
}

}  // namespace plumbline
