#include "records/row_relay.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <string>
#include <vector>

namespace plumbline {
namespace {

// Writes down what comes, and where asked to, throws.
class Notes : public RowSink {
 public:
  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    lines.push_back(fmt::format("header of {}", names.size()));
    return std::vector<std::uint32_t>{0, 2};
  }
  void on_rows(const RowBatch& batch) override {
    if (lines.size() == throws_at) throw std::bad_alloc();
    for (std::size_t i = 0; i < batch.places.size(); ++i) {
      std::string line =
          fmt::format("{}/{} [{}]", batch.places[i].line, batch.places[i].record, batch.raw(i));
      for (const RawCell& cell : batch.row(i))
        line += fmt::format(" {}{}", cell.text, cell.state == CellState::kTooLong ? "(too long)" : "");
      lines.push_back(line);
    }
  }
  void on_reject(const RowReject& reject) override {
    lines.push_back(
        fmt::format("reject {}:{} {} [{}]", reject.place.line, reject.column, reject.reason, reject.raw));
  }
  void on_cut(const RowCut& cut) override {
    lines.push_back(fmt::format("cut at {}, line {}", cut.offset, cut.place.line));
  }

  std::vector<std::string> lines;
  std::size_t throws_at = 1'000'000;
};

// Rows as a reader would show them: in memory that is used again for the next batch.
class Feeder {
 public:
  void rows(RowSink& sink, std::size_t first, std::size_t count, std::string_view more = "") {
    texts_.clear();
    cells_.clear();
    places_.clear();
    raws_.clear();
    for (std::size_t row = first; row < first + count; ++row)
      texts_.push_back(fmt::format("row {},\"x\",{}{}", row, row * 7, more));
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view text = texts_[i];
      const std::size_t last = text.rfind(',') + 1;
      cells_.push_back({.text = text.substr(0, text.find(','))});
      cells_.push_back(
          {.text = text.substr(last), .state = more.empty() ? CellState::kText : CellState::kTooLong});
      places_.push_back({.line = first + i + 2, .record = first + i + 1});
      raws_.push_back(text.substr(0, 12));
    }
    sink.on_rows({.columns = 2, .cells = cells_, .places = places_, .raws = raws_});
    for (std::string& text : texts_) text.assign(text.size(), '#');
  }

  // The same to any sink.
  void everything(RowSink& sink) {
    const std::vector<std::string> names = {"a", "b", "c"};
    EXPECT_EQ(*sink.on_header(names), (std::vector<std::uint32_t>{0, 2}));
    sink.on_cut({.offset = 6, .place = {.line = 2, .record = 1}});
    for (std::size_t batch = 0; batch < 40; ++batch) {
      rows(sink, batch * 50, 50, batch % 9 == 0 ? std::string(500, 'x') : "");
      if (batch % 7 == 0) {
        std::string reason = fmt::format("is the {}th that is bad", batch);
        sink.on_reject({.place = {.line = batch, .record = 0}, .column = 3, .reason = reason, .raw = "raw"});
        reason.assign(reason.size(), '#');
      }
      if (batch % 5 == 0)
        sink.on_cut({.offset = batch * 1000, .place = {.line = batch * 50 + 52, .record = 0}});
    }
  }

 private:
  std::vector<std::string> texts_;
  std::vector<RawCell> cells_;
  std::vector<RowPlace> places_;
  std::vector<std::string_view> raws_;
};

TEST(RowRelayTest, EverythingArrivesInItsOrder) {
  Notes direct;
  Feeder().everything(direct);
  Notes relayed;
  {
    RowRelay relay(relayed);
    Feeder().everything(relay);
    relay.settle();
    EXPECT_EQ(relayed.lines, direct.lines);
  }
  EXPECT_EQ(relayed.lines, direct.lines);
}

TEST(RowRelayTest, WhatWaitsArrivesBeforeTheEnd) {
  Notes direct;
  Feeder().everything(direct);
  Notes relayed;
  {
    RowRelay relay(relayed);
    Feeder().everything(relay);
  }
  EXPECT_EQ(relayed.lines, direct.lines);
}

TEST(RowRelayTest, BetweenTheRowsTheOtherSinkMayBeUsed) {
  Notes notes;
  RowRelay relay(notes);
  Feeder feeder;
  feeder.rows(relay, 0, 3);
  relay.settle();
  notes.lines.emplace_back("by hand");
  feeder.rows(relay, 3, 1);
  relay.settle();
  EXPECT_THAT(notes.lines, testing::ElementsAre("2/1 [row 0,\"x\",0] row 0 0", "3/2 [row 1,\"x\",7] row 1 7",
                                                "4/3 [row 2,\"x\",14] row 2 14", "by hand",
                                                "5/4 [row 3,\"x\",21] row 3 21"));
}

TEST(RowRelayTest, RowsWithoutARawText) {
  Notes notes;
  RowRelay relay(notes);
  const std::string text = "from a document";
  const std::vector<RawCell> cells = {{.text = text}, {.text = {}, .state = CellState::kNull}};
  const std::vector<RowPlace> places = {{.line = 1, .record = 1}};
  relay.on_rows({.columns = 2, .cells = cells, .places = places});
  relay.settle();
  EXPECT_THAT(notes.lines, testing::ElementsAre("1/1 [] from a document "));
}

TEST(RowRelayTest, WhatTheOtherSinkThrowsIsThrown) {
  Notes notes;
  notes.throws_at = 100;
  RowRelay relay(notes);
  Feeder feeder;
  EXPECT_THROW(
      {
        for (std::size_t batch = 0; batch < 50; ++batch) feeder.rows(relay, batch * 10, 10);
        relay.settle();
      },
      std::bad_alloc);
  EXPECT_EQ(notes.lines.size(), 100U);
  EXPECT_THROW(relay.settle(), std::bad_alloc);
}

TEST(RowRelayTest, AFileWithoutRows) {
  Notes notes;
  RowRelay relay(notes);
  const std::vector<std::string> names = {"a"};
  EXPECT_TRUE(relay.on_header(names).has_value());
  relay.on_reject({.place = {.line = 2, .record = 1}, .column = 0, .reason = "is bad", .raw = "x"});
  relay.settle();
  EXPECT_THAT(notes.lines, testing::ElementsAre("header of 1", "reject 2:0 is bad [x]"));
}

}  // namespace
}  // namespace plumbline
