#include "base/diagnostic.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace plumbline {
namespace {

SourceSpan span(std::uint32_t line, std::uint32_t column, std::uint32_t length = 1) {
  return {.file = "pack.yaml", .line = line, .column = column, .length = length};
}

Diagnostic fault(SourceSpan where, std::string message = "wrong") {
  return {.level = DiagnosticLevel::kError,
          .code = "PB012",
          .where = std::move(where),
          .message = std::move(message)};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

TEST(Diagnostics, CountsErrorsAndWarnings) {
  Diagnostics diagnostics;
  EXPECT_TRUE(diagnostics.empty());
  diagnostics.warning("PB001", span(1, 1), "odd");
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.error("PB002", span(1, 1), "wrong");
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.error_count(), 1U);
  EXPECT_EQ(diagnostics.warning_count(), 1U);
}

TEST(Diagnostics, SortsByFileLineColumn) {
  Diagnostics diagnostics;
  diagnostics.error("PB001", {.file = "z.yaml", .line = 1, .column = 1}, "fifth");
  diagnostics.error("PB001", span(10, 1), "fourth");
  diagnostics.error("PB001", span(2, 7), "third");
  diagnostics.warning("PB001", span(2, 3), "second");
  diagnostics.error("PB001", {.file = "a.yaml", .line = 9, .column = 1}, "first");
  std::string order;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) order += diagnostic.message + " ";
  EXPECT_EQ(order, "first second third fourth fifth ");
}

TEST(Diagnostics, KeepsEqualOnesOnce) {
  Diagnostics diagnostics;
  diagnostics.error("PB001", span(1, 1), "wrong");
  diagnostics.error("PB001", span(1, 1), "wrong");
  diagnostics.error("PB001", span(1, 1), "wrong too");
  EXPECT_EQ(diagnostics.sorted().size(), 2U);
  EXPECT_EQ(diagnostics.error_count(), 2U);
}

TEST(Diagnostics, AppendAddsTheOthers) {
  Diagnostics diagnostics;
  diagnostics.error("PB001", span(2, 1), "later");
  Diagnostics other;
  other.warning("PB001", span(1, 1), "earlier");
  diagnostics.append(other);
  EXPECT_EQ(diagnostics.error_count(), 1U);
  EXPECT_EQ(diagnostics.warning_count(), 1U);
  EXPECT_EQ(diagnostics.sorted().front().message, "earlier");
}

TEST(Diagnostics, KeepsABoundedNumberAndCountsTheRest) {
  Diagnostics diagnostics;
  for (std::uint32_t i = 1; i <= kMostDiagnostics + 50; ++i) diagnostics.error("PB001", span(i, 1), "wrong");
  EXPECT_EQ(diagnostics.sorted().size(), kMostDiagnostics);
  EXPECT_EQ(diagnostics.error_count(), kMostDiagnostics + 50);
}

TEST(Diagnostics, AnErrorTakesTheRoomOfAWarning) {
  Diagnostics diagnostics;
  for (std::uint32_t i = 1; i <= kMostDiagnostics; ++i) diagnostics.warning("PB001", span(i, 1), "odd");
  diagnostics.error("PB002", span(999, 1), "wrong");
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.warning_count(), kMostDiagnostics);
  EXPECT_EQ(diagnostics.sorted().back().message, "wrong");
}

TEST(Diagnostics, AppendCountsWhatTheOtherLeftOut) {
  Diagnostics other;
  for (std::uint32_t i = 1; i <= kMostDiagnostics + 3; ++i) other.error("PB001", span(i, 1), "wrong");
  Diagnostics diagnostics;
  diagnostics.warning("PB001", span(1, 1), "odd");
  diagnostics.append(other);
  EXPECT_EQ(diagnostics.error_count(), kMostDiagnostics + 3);
  EXPECT_EQ(diagnostics.warning_count(), 1U);
}

TEST(Render, ShowsPlaceMessageCodeLineAndCaret) {
  const std::string source = "pack: sales\npolicies:\n  - on: Oportunity\n";
  EXPECT_EQ(render(fault(span(3, 9, 10), "unknown object Oportunity"), source),
            "pack.yaml:3:9: error: unknown object Oportunity [PB012]\n"
            "    - on: Oportunity\n"
            "          ^~~~~~~~~~\n");
}

TEST(Render, CallsAWarningAWarning) {
  Diagnostic odd = fault(span(1, 1));
  odd.level = DiagnosticLevel::kWarning;
  EXPECT_EQ(render(odd, ""), "pack.yaml:1:1: warning: wrong [PB012]\n");
}

TEST(Render, StandsAloneWithoutSourceOrLine) {
  EXPECT_EQ(render(fault(span(2, 1)), "only one line"), "pack.yaml:2:1: error: wrong [PB012]\n");
  EXPECT_EQ(render(fault(span(0, 0)), "only one line"), "pack.yaml: error: wrong [PB012]\n");
  EXPECT_EQ(render(fault(span(2, 1)), "a\n  \nb"), "pack.yaml:2:1: error: wrong [PB012]\n");
}

TEST(Render, LeavesOutWhatIsMissing) {
  EXPECT_EQ(render({.level = DiagnosticLevel::kError, .code = "", .where = {}, .message = "wrong"}, ""),
            "error: wrong\n");
}

TEST(Render, ShowsALineWithoutCaretForAPlaceWithoutColumn) {
  EXPECT_EQ(render(fault(span(1, 0)), "abc\n"), "pack.yaml:1: error: wrong [PB012]\n  abc\n");
}

TEST(Render, RepeatsTabsUnderTabs) {
  EXPECT_EQ(lines_of(render(fault(span(1, 4, 2)), "\ta\tbc"))[2], "  \t \t^~");
}

TEST(Render, AlignsUnderWideAndCombiningCharacters) {
  // Two wide characters, then e with a separate accent: five columns, nine bytes.
  EXPECT_EQ(lines_of(render(fault(span(1, 10, 3)), "東京e\u0301xyz"))[2], "       ^~~");
}

TEST(Render, UnderlinesWideCharactersAtTheirWidth) {
  EXPECT_EQ(lines_of(render(fault(span(1, 1, 6)), "東京x"))[2], "  ^~~~");
}

TEST(Render, MovesACaretInsideACharacterToItsStart) {
  EXPECT_EQ(lines_of(render(fault(span(1, 3, 1)), "aéb"))[2], "   ^");
}

TEST(Render, CutsASpanAtTheEndOfTheLine) {
  EXPECT_EQ(lines_of(render(fault(span(1, 2, 4000000000)), "abc\ndef"))[2], "   ^~");
}

TEST(Render, PutsACaretBehindTheLineAtMost) {
  EXPECT_EQ(lines_of(render(fault(span(1, 4)), "abc\n"))[2], "     ^");
  EXPECT_EQ(lines_of(render(fault(span(1, 4000000000, 4000000000)), "abc\n"))[2], "     ^");
}

TEST(Render, DropsTheCarriageReturn) {
  EXPECT_EQ(lines_of(render(fault(span(1, 1)), "abc\r\n"))[1], "  abc");
}

TEST(Render, ShowsALongLineAroundTheCaret) {
  const std::string line = std::string(500, 'a') + "XY" + std::string(500, 'b');
  const std::vector<std::string> shown = lines_of(render(fault(span(1, 501, 2)), line));
  EXPECT_EQ(shown[1], "  …" + std::string(60, 'a') + "XY" + std::string(98, 'b') + "…");
  EXPECT_EQ(shown[2], std::string(2 + 1 + 60, ' ') + "^~");
}

TEST(Render, ShowsTheStartAndTheEndOfALongLineInFull) {
  const std::string line = std::string(400, 'a') + "Z";
  EXPECT_EQ(lines_of(render(fault(span(1, 1)), line))[1], "  " + std::string(kMostColumns, 'a') + "…");
  const std::vector<std::string> end = lines_of(render(fault(span(1, 401)), line));
  EXPECT_EQ(end[1], "  …" + std::string(kMostColumns - 1, 'a') + "Z");
  EXPECT_EQ(end[2], std::string(2 + 1 + kMostColumns - 1, ' ') + "^");
}

TEST(Render, ShowsALineOfExactlyTheBoundWhole) {
  const std::string line(kMostColumns, 'a');
  EXPECT_EQ(lines_of(render(fault(span(1, 1)), line))[1], "  " + line);
}

TEST(Render, ShowsNoEscapeSequencesOrDirectionMarks) {
  const std::string shown = render(fault(span(1, 1), "unknown \x1B[31m"), "a\x1B[2Jb\u202Ec\xFF\n");
  EXPECT_EQ(shown,
            "pack.yaml:1:1: error: unknown \uFFFD[31m [PB012]\n"
            "  a\uFFFD[2Jb\uFFFDc\uFFFD\n"
            "  ^\n");
}

TEST(Render, KeepsTheLinesOfAMessage) {
  EXPECT_EQ(render(fault(span(0, 0), "first\nsecond"), ""), "pack.yaml: error: first\nsecond [PB012]\n");
}

TEST(RenderAll, ShowsThemInOrder) {
  Diagnostics diagnostics;
  diagnostics.error("PB002", span(2, 1), "second");
  diagnostics.warning("PB001", span(1, 2), "first");
  EXPECT_EQ(render_all(diagnostics, "ab\ncd\n"),
            "pack.yaml:1:2: warning: first [PB001]\n  ab\n   ^\n"
            "pack.yaml:2:1: error: second [PB002]\n  cd\n  ^\n");
}

TEST(RenderAll, SaysHowManyMoreThereAre) {
  Diagnostics diagnostics;
  for (std::uint32_t i = 1; i <= kMostDiagnostics + 1; ++i) diagnostics.error("PB001", span(i, 1), "wrong");
  EXPECT_EQ(lines_of(render_all(diagnostics, "")).back(), "and 1 more problem that is not shown");
  diagnostics.error("PB001", span(9999, 1), "wrong");
  const std::vector<std::string> lines = lines_of(render_all(diagnostics, ""));
  EXPECT_EQ(lines.size(), kMostDiagnostics + 1);
  EXPECT_EQ(lines.back(), "and 2 more problems that are not shown");
}

TEST(RenderAll, IsEmptyWithoutDiagnostics) { EXPECT_EQ(render_all(Diagnostics{}, "abc"), ""); }

}  // namespace
}  // namespace plumbline
