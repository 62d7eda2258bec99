#include "messages/record_query.h"

#include <cassert>

#include "policies/display.h"

namespace plumbline {

RecordQuery::RecordQuery(const Snapshot& snapshot, std::size_t object, const Calendar& calendar,
                         const JudgeOptions& options)
    : snapshot_(snapshot),
      object_(object),
      times_(snapshot, options),
      frame_(times_.frame(calendar, std::nullopt)),
      plan_(snapshot.schema(), object) {}

NodeId RecordQuery::add(const Bound& expression) {
  return expression ? plan_.add(*expression, frame_) : kNoNode;
}

QueryText RecordQuery::add(const MessageTemplate& text) {
  QueryText made;
  for (const MessageTemplate::Piece& piece : text.pieces) {
    if (!piece.expression) {
      made.pieces.push_back({.text = piece.text});
    } else {
      made.pieces.push_back(
          {.node = plan_.add(*piece.expression, frame_), .converted = is_converted(*piece.expression)});
    }
  }
  return made;
}

// Reading a table cannot fail: it has been read.
void RecordQuery::each(NodeId where, const std::function<void(Row&)>& show) {
  ChunkEvaluator evaluator(plan_, snapshot_, times_.times());
  const auto source = table_source(snapshot_, object_);
  const auto reader = source->open();
  for (std::size_t item = 0; item < source->items(); ++item) {
    [[maybe_unused]] const Status started = reader->start(item);
    assert(started);
    for (Result<bool> more = reader->next_chunk(); more && *more; more = reader->next_chunk()) {
      evaluator.start_chunk(*reader);
      RowSet rows = reader->visible();
      if (where != kNoNode) rows &= evaluator.values(where, rows).trues();
      for (const ChunkRow at : rows) {
        Row row(*this, evaluator, reader->first_row() + at, at);
        show(row);
      }
    }
  }
}

Truth RecordQuery::Row::truth(NodeId node) { return evaluator_.values(node, RowSet::one(at_)).truth(at_); }

Value RecordQuery::Row::value(NodeId node) {
  const ValueVector& values = evaluator_.values(node, RowSet::one(at_));
  return values.is_unknown(at_) ? Value::unknown(evaluator_.reason(values.reason(at_))) : values.value(at_);
}

std::string RecordQuery::Row::text(const QueryText& text) {
  const std::string_view currency = field("CurrencyIsoCode");
  const TimeZone zone = evaluator_.time_at(query_.frame_, at_).zone;
  std::string made;
  for (const QueryText::Piece& piece : text.pieces) {
    if (piece.node == kNoNode) {
      made += piece.text;
    } else {
      append_display_value(made, value(piece.node), zone, piece.converted ? std::string_view{} : currency);
    }
  }
  return made;
}

std::string_view RecordQuery::Row::field(std::string_view name) const {
  const auto field = query_.snapshot_.schema().object(query_.object_).find(name);
  const Column* const column = field ? query_.snapshot_.table(query_.object_)->column(*field) : nullptr;
  if (column == nullptr || !is_text_like(column->type()) || column->kind(index_) != CellKind::kKnown)
    return {};
  return column->text(index_);
}

}  // namespace plumbline
