#include "ledger/field_words.h"

#include <memory>

namespace plumbline {

Status note_field_words(Database& database, std::int64_t organisation, std::int64_t object,
                        const ObjectSchema& schema) {
  Result<std::unique_ptr<Statement>> note = database.prepare(
      "UPDATE field SET label = ?1, refers_to = ?2 WHERE org = ?3 AND object = ?4 AND name = ?5 AND "
      "(label <> ?1 OR refers_to <> ?2)");
  if (!note) return fail(note.error());
  for (const FieldSchema& field : schema.fields) {
    const bool told_by_name = field.label == label_of(field.name);
    (*note)->bind_text(1, told_by_name ? std::string_view{} : std::string_view(field.label));
    (*note)->bind_text(2, field.references);
    (*note)->bind_integer(3, organisation);
    (*note)->bind_integer(4, object);
    (*note)->bind_text(5, field.name);
    if (Status noted = (*note)->run(); !noted) return noted;
  }
  return {};
}

}  // namespace plumbline
