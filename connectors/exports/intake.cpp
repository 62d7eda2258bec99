#include "connectors/exports/intake.h"

#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

using Format = DeliveredFile::Format;

constexpr std::size_t kGzipMarkBytes = 2;

Format format_by(std::string_view beginning) {
  constexpr std::string_view kBlanksAndMark = " \t\r\n\xEF\xBB\xBF";
  const std::size_t first = beginning.find_first_not_of(kBlanksAndMark);
  const bool is_json =
      first != std::string_view::npos && (beginning[first] == '{' || beginning[first] == '[');
  return is_json ? Format::kJson : Format::kCsv;
}

}  // namespace

struct Intake::State {
  std::filesystem::path base;
  std::optional<Format> format;
  std::uint64_t most_bytes = 0;
  SpoolFile file;
  std::string packed_beginning{};  // until it is known whether it is gzip
  std::string beginning{};         // until it is known what it is
  bool begun = false;
  std::unique_ptr<Gunzip> gunzip{};
  std::unique_ptr<FileCheck> check{};
  Sha256 digest{};

  Status take_packed(std::string_view piece);
  Status take(std::string_view piece);
  Status begin();
  Status pass(std::string_view piece);
};

Intake::Intake(std::unique_ptr<State> state) : state_(std::move(state)) {}
Intake::Intake(Intake&&) noexcept = default;
Intake::~Intake() = default;

Result<Intake> Intake::open(const std::filesystem::path& base, std::optional<Format> format,
                            std::uint64_t most_bytes) {
  Result<SpoolFile> file = SpoolFile::open(base.string() + ".part");
  if (!file) return fail(std::move(file.error()));
  auto state = std::make_unique<State>(
      State{.base = base, .format = format, .most_bytes = most_bytes, .file = std::move(*file)});
  return Intake(std::move(state));
}

Status Intake::State::take_packed(std::string_view piece) {
  if (gunzip) return gunzip->push(piece);
  return take(piece);
}

Status Intake::State::take(std::string_view piece) {
  if (file.bytes() + beginning.size() + piece.size() > most_bytes) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the file is larger than the {} bytes of most_bytes; raise it if that is right",
                            most_bytes));
  }
  if (check) return pass(piece);
  beginning += piece;
  return beginning.size() < kBeginningBytes ? Status{} : begin();
}

Status Intake::State::begin() {
  if (!format) format = format_by(beginning);
  if (Status good = check_beginning(beginning, *format); !good) return good;
  check = make_file_check(*format);
  const std::string held = std::exchange(beginning, {});
  return pass(held);
}

Status Intake::State::pass(std::string_view piece) {
  if (piece.empty()) return {};
  if (Status good = check->push(piece); !good) return good;
  digest.add(piece);
  return file.write(piece);
}

Status Intake::push(std::string_view piece) {
  State& state = *state_;
  if (state.begun) return state.take_packed(piece);
  state.packed_beginning += piece;
  if (state.packed_beginning.size() < kGzipMarkBytes) return {};
  state.begun = true;
  if (looks_like_gzip(state.packed_beginning))
    state.gunzip =
        std::make_unique<Gunzip>([&state](std::string_view unpacked) { return state.take(unpacked); });
  const std::string held = std::exchange(state.packed_beginning, {});
  return state.take_packed(held);
}

Result<TakenIn> Intake::finish() {
  State& state = *state_;
  if (!state.begun) {
    if (Status taken = state.take(state.packed_beginning); !taken) return fail(std::move(taken.error()));
  }
  if (state.gunzip) {
    if (Status whole = state.gunzip->finish(); !whole) return fail(std::move(whole.error()));
  }
  if (!state.check) {
    if (Status begun = state.begin(); !begun) return fail(std::move(begun.error()));
  }
  Result<FileFacts> facts = state.check->finish();
  if (!facts) return fail(std::move(facts.error()));
  const Sha256Digest digest = state.digest.finish();
  TakenIn taken{.path = state.base.string() + (*state.format == Format::kJson ? ".json" : ".csv"),
                .format = *state.format,
                .sha256 = to_hex(digest),
                .bytes = state.file.bytes(),
                .facts = std::move(*facts)};
  if (Status placed = state.file.place(taken.path); !placed) return fail(std::move(placed.error()));
  return taken;
}

}  // namespace plumbline
