#pragma once
// catalog/title_rows: the titles table: its schema, and a row as a Title. Read by titles only.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/titles.h"
#include "store/database.h"

namespace matinee::catalog {

std::span<const store::Migration> title_migrations();

/// The columns of a whole title, in the order that title_of reads.
std::string_view title_columns();
/// "SELECT all columns FROM titles " and `rest`.
std::string select_titles(std::string_view rest);

/// One number for every write, so that who has seen the library up to a number knows the rest.
inline constexpr std::string_view kNextChange =
    "(SELECT COALESCE(MAX(changed_seq), 0) + 1 FROM titles)";

/// Errors: corrupt.
Result<Title> title_of(const store::Row& row);
/// Passes an error on.
Result<std::vector<Title>> titles_of(const Result<store::Rows>& rows);

/// As the columns hold them.
std::string sidecars_text(const std::vector<Sidecar>& sidecars);
std::string notes_text(const std::vector<std::string>& notes);

}  // namespace matinee::catalog
