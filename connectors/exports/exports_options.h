// Files of records that other programs put somewhere: behind an address, or into a folder. What a person
// decides about them, each with a default that suits most. Plain data; config/ fills it from YAML,
// ExportsSource takes it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "model/delivery.h"

namespace plumbline {

// How a server is told who asks.
struct ExportAuth {
  enum class Kind : std::uint8_t {
    kNone,
    kBearer,  // Authorization: Bearer SECRET
    kBasic,   // user and secret
    kHeader,  // a header of the server's own, such as X-Api-Key
  };
  Kind kind = Kind::kNone;
  std::string user{};    // kBasic
  std::string header{};  // kHeader: its name
  Secret secret{};
};

// One file, or the files of one folder.
struct ExportFile {
  std::string name;    // in reports and in what is remembered: letters, digits, - and _
  std::string object;  // Milestone

  // Exactly one of the three.
  std::string url{};    // https://lms.example.com/exports/milestones.csv
  Secret secret_url{};  // an address that is itself the key, as those are that were signed in advance
  // A file, or a folder whose files are taken one after the other, each once. A file is taken when it has
  // stood unchanged from one look to the next, or was renamed into place.
  std::string path{};

  ExportAuth auth{};
  // Unset: JSON where the name or the Content-Type says so, else CSV. Compression is told from the content.
  std::optional<DeliveredFile::Format> format{};
  // Whether each file holds all records of the object: those that are not in it are gone.
  bool complete = false;
  // The SHA-256 (at least its first kLeastAcceptDigits digits) of a file that looked wrong and is right.
  std::string accept{};
};

struct ExportsOptions {
  std::string name = "exports:main";  // of the source, in reports and in the ledger
  std::vector<ExportFile> files{};
  // Whether http:// is allowed for addresses of this machine; the client must have been told the same.
  bool allow_plain_loopback = false;
  std::uint64_t most_bytes = std::uint64_t{4} << 30;             // of one file, decompressed
  std::chrono::milliseconds total_time = std::chrono::hours{1};  // of one download
};

inline constexpr std::size_t kLeastAcceptDigits = 12;

// Every fault at once, each a sentence that names the file and begins with the option that is wrong: "export
// milestones: url must begin with https://". An address that is none, two places, an object that two files
// hold all of.
std::vector<std::string> validate(const ExportsOptions& options);

// What of it only the secrets themselves tell, once they have been read; those that are empty are passed
// over.
std::vector<std::string> secret_faults(const ExportFile& file, bool allow_plain_loopback);

}  // namespace plumbline
