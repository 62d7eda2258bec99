// What becomes of the rows of one file: which of its columns are read, which rows go into the object's table,
// and, where rows are judged as they pass, where they will be found again. Inner to load and read_rows.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/csv_item.h"
#include "records/data_folder.h"
#include "records/id_memo.h"
#include "records/load_notices.h"
#include "records/row_taker.h"
#include "records/rows.h"
#include "records/table_builder.h"

namespace plumbline {

// Of one object, shared by its files.
struct ObjectLoad {
  const Schema& schema;
  std::size_t object = 0;
  const MappedObject* mapped = nullptr;  // what the field map says of the object; may be null
  std::set<std::size_t> kept;            // fields
  std::set<std::size_t> passing;  // fields to be read again, as the rows are judged; none if all are kept
  bool streamed = false;          // passing ones are
  bool once = false;              // and nothing is kept: only where the rows start is to be found out
  // An id that is not kept and only looked at, to tell whether any comes twice.
  std::optional<std::size_t> checked_id{};
  CsvParts parts{};                       // where streamed rows are
  const Table* users = nullptr;           // to find the owners of streamed rows; may be null
  std::unique_ptr<IdMemo> known_users{};  // of `users`
  OwnerMisses missed_owners{};            // of streamed rows
};

// Rows on their way into a table.
class TableRows : public RowTaker {
 public:
  explicit TableRows(TableBuilder& builder) : builder_(builder) {}
  void begin_source(std::string file, std::vector<FieldSource> sources,
                    std::span<const std::size_t> not_kept) override {
    builder_.begin_source(std::move(file), std::move(sources), not_kept);
  }
  void add_rows(const RowBatch& batch) override { builder_.add_rows(batch); }

 private:
  TableBuilder& builder_;
};

class SourceSink : public RowSink {
 public:
  SourceSink(ObjectLoad& load, const DataFile& file, TableBuilder& builder, RejectSink& rejects,
             std::vector<std::string>& notices)
      : load_(load),
        object_(load.schema.object(load.object)),
        file_(file),
        table_rows_(std::in_place, builder),
        rows_(*table_rows_),
        builder_(&builder),
        rejects_(rejects),
        notices_(notices) {}
  // Rows that somebody else takes: neither streamed nor once.
  SourceSink(ObjectLoad& load, const DataFile& file, RowTaker& rows, RejectSink& rejects,
             std::vector<std::string>& notices)
      : load_(load),
        object_(load.schema.object(load.object)),
        file_(file),
        rows_(rows),
        rejects_(rejects),
        notices_(notices) {}

  std::uint64_t rejected_rows() const { return rejected_rows_; }

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override;
  void on_rows(const RowBatch& batch) override;
  void on_reject(const RowReject& reject) override;
  void on_cut(const RowCut& cut) override;

  // Of a file that is to be read once: whether it is known where its rows start.
  bool start_known() const { return load_.parts.items.size() > first_item_; }
  // Of a streamed file, once all of it has been read, or enough.
  void end_part(const FileStamp& stamp, char delimiter, std::uint64_t bytes);

 private:
  // Rows whose kRelationshipColumn says `relationship` have their parent's id in the source at `position`.
  struct Link {
    std::string relationship;
    std::size_t position = 0;
  };

  const MappedField* mapped_field(std::string_view name) const;
  std::string mapped_column(const std::string& name, const MappedField* mapped) const;
  std::optional<std::uint32_t> column_of(const std::string& name, const std::string& from) const;
  std::optional<std::uint32_t> find_or_note(std::size_t field, const MappedField* mapped);
  void add_source(std::size_t field, bool kept);
  void add_kept(std::size_t field, std::uint32_t column, std::string date_format);
  void add_checked(std::size_t field);
  std::vector<std::size_t> other_fields() const;
  void note_missing(std::string_view field, const std::string& column);
  std::optional<std::size_t> link_field(std::string_view relationship) const;
  void add_parent_links();
  void add_linked(std::span<const RawCell> row);
  void begin_part();
  void add_looked_at(std::string_view field);
  void end_item(std::uint64_t offset);
  void add_streamed(std::span<const RawCell> row, const RowPlace& place, std::string_view raw);

  ObjectLoad& load_;
  const ObjectSchema& object_;
  const DataFile& file_;
  std::optional<TableRows> table_rows_;
  RowTaker& rows_;
  TableBuilder* builder_ = nullptr;  // behind it, where there is one
  RejectSink& rejects_;
  std::vector<std::string>& notices_;
  std::vector<std::string> columns_;
  std::vector<FieldSource> sources_;
  std::vector<std::uint32_t> positions_;  // column of each source
  std::size_t own_sources_ = 0;           // sources beyond these exist for parents' ids alone
  std::vector<Link> links_;
  std::vector<RawCell> cells_;
  std::uint64_t rejected_rows_ = 0;
  // Of a streamed file.
  std::optional<std::size_t> id_source_;  // places among sources_
  std::optional<std::size_t> owner_source_;
  std::size_t first_item_ = 0;
};

// Where a field of this name stands among the sources.
std::optional<std::size_t> find_source(const ObjectSchema& object, std::span<const FieldSource> sources,
                                       std::string_view field);

}  // namespace plumbline
