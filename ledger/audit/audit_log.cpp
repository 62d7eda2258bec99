#include "ledger/audit/audit_log.h"

#include <fmt/format.h>

namespace plumbline {

// Entries alone, until the tree is here.
class AuditLog::Impl {
 public:
  Impl(Database& database, std::int64_t organisation) : database_(database), organisation_(organisation) {}

  Status prepare() {
    Result<std::unique_ptr<Statement>> ask =
        database_.prepare("SELECT coalesce(max(seq) + 1, 0) FROM audit_entry WHERE org = ?1");
    if (!ask) return fail(ask.error());
    (*ask)->bind_integer(1, organisation_);
    const Result<bool> row = (*ask)->step();
    if (!row) return fail(row.error());
    sealed_ = next_ = (*ask)->integer(0);
    (*ask)->reset();
    Result<std::unique_ptr<Statement>> add = database_.prepare(
        "INSERT INTO audit_entry(org, seq, entry, personal, salt) VALUES(?1, ?2, ?3, ?4, zeroblob(16))");
    if (!add) return fail(add.error());
    add_ = std::move(*add);
    return {};
  }

  Result<std::int64_t> append(Instant at, const AuditEntry& entry) {
    entry_ = fmt::format("{{\"seq\":{},\"at\":\"{}\",\"kind\":\"{}\"{}{}}}", next_, format_instant(at),
                         entry.kind, entry.body.empty() ? "" : ",", entry.body);
    add_->bind_integer(1, organisation_);
    add_->bind_integer(2, next_);
    add_->bind_text(3, entry_);
    if (entry.personal.empty()) {
      add_->bind_null(4);
    } else {
      add_->bind_text(4, entry.personal);
    }
    if (Status added = add_->run(); !added) return fail(added.error());
    return next_++;
  }
  std::optional<std::string> seal() {
    if (next_ == sealed_) return std::nullopt;
    sealed_ = next_;
    return std::string();
  }
  void forget() { next_ = sealed_; }

 private:
  Database& database_;
  std::int64_t organisation_;
  std::int64_t next_ = 0;
  std::int64_t sealed_ = 0;
  std::unique_ptr<Statement> add_;
  std::string entry_;
};

AuditLog::AuditLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AuditLog::~AuditLog() = default;

Result<std::unique_ptr<AuditLog>> AuditLog::open(Database& database, std::int64_t organisation,
                                                 const std::string&, const std::string&) {
  auto impl = std::make_unique<Impl>(database, organisation);
  if (Status prepared = impl->prepare(); !prepared) return fail(prepared.error());
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(impl)));
}

Result<std::int64_t> AuditLog::append(Instant at, const AuditEntry& entry) {
  return impl_->append(at, entry);
}
Result<std::optional<std::string>> AuditLog::seal(Instant) { return impl_->seal(); }
void AuditLog::forget() { impl_->forget(); }

}  // namespace plumbline
