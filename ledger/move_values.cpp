#include "ledger/move_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "ledger/side_cells.h"
#include "ledger/stored_value.h"

namespace plumbline {
namespace {

// Rows taken at a time: they are read before any is written.
constexpr int kRowsAtOnce = 1000;

struct MovedRow {
  std::int64_t row = 0;
  StoredValue value{};  // of the column
  std::string text;     // that `value` may view
  std::string other;
  std::string unread;
};

void remove_cell(std::vector<SideCell>& cells, std::string_view name) {
  std::erase_if(cells, [&](const SideCell& cell) { return same_name(cell.name, name); });
}

void set_cell(std::vector<SideCell>& cells, std::string_view name, std::optional<std::string> text) {
  remove_cell(cells, name);
  cells.push_back({.name = std::string(name), .text = std::move(text)});
}

class Mover {
 public:
  Mover(Database& database, const FieldPlace& place) : database_(database), place_(place) {}
  virtual ~Mover() = default;

  Status run() {
    if (Status prepared = prepare(); !prepared) return prepared;
    std::int64_t after = 0;
    while (true) {
      Result<std::size_t> count = read_rows(after);
      if (!count) return fail(count.error());
      for (std::size_t i = 0; i < *count; ++i) {
        if (Status moved = move_row(rows_[i]); !moved) return moved;
        after = rows_[i].row;
      }
      if (*count < kRowsAtOnce) return {};
    }
  }

 protected:
  // Changes what stands beside the row's columns, and its value.
  virtual void move(MovedRow& row, std::vector<SideCell>& other, std::vector<SideCell>& unread) = 0;

  const FieldPlace& place() const { return place_; }
  std::string column() const { return quoted_name(place_.field); }
  // False where the field has no column: then `value` is always null, and not written.
  virtual bool reads_column() const = 0;

 private:
  Status prepare() {
    const std::string table = quoted_name(place_.table);
    Result<std::unique_ptr<Statement>> read = database_.prepare(fmt::format(
        R"(SELECT rowid, "_other", "_unread", {} FROM {} WHERE "_org" = ?1 AND rowid > ?2 ORDER BY rowid LIMIT {})",
        reads_column() ? column() : "NULL", table, kRowsAtOnce));
    if (!read) return fail(read.error());
    Result<std::unique_ptr<Statement>> write = database_.prepare(fmt::format(
        R"(UPDATE {} SET {} = ?1, "_other" = ?2, "_unread" = ?3 WHERE "_org" = ?4 AND rowid = ?5)", table,
        column()));
    if (!write) return fail(write.error());
    read_ = std::move(*read);
    write_ = std::move(*write);
    return {};
  }

  Result<std::size_t> read_rows(std::int64_t after) {
    read_->bind_integer(1, place_.organisation);
    read_->bind_integer(2, after);
    std::size_t count = 0;
    while (true) {
      const Result<bool> found = read_->step();
      if (!found) return fail(found.error());
      if (!*found) return count;
      if (count == rows_.size()) rows_.emplace_back();
      MovedRow& row = rows_[count++];
      row.row = read_->integer(0);
      row.other = read_->text(1);
      row.unread = read_->text(2);
      row.value = read_value(*read_, 3, place_.type);
      row.text = row.value.text;
    }
  }

  Status move_row(MovedRow& row) {
    if (Status read = read_side_cells(row.other, other_); !read) return read;
    if (Status read = read_side_cells(row.unread, unread_); !read) return read;
    row.value.text = row.text;
    move(row, other_, unread_);
    row.other = side_cells_json(other_);
    row.unread = side_cells_json(unread_);
    bind_value(*write_, 1, row.value);
    bind_side(2, row.other);
    bind_side(3, row.unread);
    write_->bind_integer(4, place_.organisation);
    write_->bind_integer(5, row.row);
    return write_->run();
  }

  void bind_side(int parameter, const std::string& json) {
    if (json.empty()) {
      write_->bind_null(parameter);
    } else {
      write_->bind_text(parameter, json);
    }
  }

  Database& database_;
  const FieldPlace& place_;
  std::unique_ptr<Statement> read_;
  std::unique_ptr<Statement> write_;
  std::vector<MovedRow> rows_;
  std::vector<SideCell> other_;
  std::vector<SideCell> unread_;
};

class IntoColumn : public Mover {
 public:
  using Mover::Mover;

 private:
  bool reads_column() const override { return false; }
  void move(MovedRow& row, std::vector<SideCell>& other, std::vector<SideCell>& unread) override {
    const SideCell* const cell = find_side_cell(other, place().field);
    if (cell == nullptr) return set_cell(unread, place().field, std::nullopt);  // was never delivered
    row.text = cell->text.value_or("");
    const RawCell raw{.text = row.text, .state = cell->text ? CellState::kText : CellState::kNull};
    const std::optional<StoredValue> value = store_cell(raw, place().type, {}, room_);
    row.value = value.value_or(StoredValue{});
    if (!value) set_cell(unread, place().field, cell->text);
    remove_cell(other, place().field);
  }

  StoredRoom room_{};
};

class IntoOther : public Mover {
 public:
  using Mover::Mover;

 private:
  bool reads_column() const override { return true; }
  void move(MovedRow& row, std::vector<SideCell>& other, std::vector<SideCell>& unread) override {
    std::optional<std::string> text;
    if (const SideCell* const cell = find_side_cell(unread, place().field); cell != nullptr) {
      text = cell->text;
      const bool delivered = text.has_value();
      remove_cell(unread, place().field);
      if (!delivered) return;
    } else if (row.value.kind != StoredValue::Kind::kNull) {
      append_value_text(text.emplace(), place().type, row.value);
    }
    row.value = {};
    set_cell(other, place().field, std::move(text));
  }
};

}  // namespace

Status move_into_column(Database& database, const FieldPlace& place) {
  return IntoColumn(database, place).run();
}

Status move_into_other(Database& database, const FieldPlace& place) {
  return IntoOther(database, place).run();
}

}  // namespace plumbline
