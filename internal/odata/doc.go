// SPDX-License-Identifier: Apache-2.0

// Package odata reads the query options of the Microsoft Graph compatible API:
// it parses and checks $filter, $orderby, $select, $top, $skip, $skiptoken and
// $count against a schema, prints them in one canonical form, evaluates them
// over rows in memory and makes the page tokens that next links carry. It is
// pure: no HTTP, no SQL, no clock.
//
// One reading serves every engine. A filter that Parse accepts is fully
// checked, and whoever turns it into SQL must give the rows that Match gives:
//
//   - Text is compared byte by byte in UTF-8, so letter case counts, for the
//     values of enumerations too. Names of options, operators, functions and
//     properties are found in any letter case.
//   - Whole numbers and doubles are compared by exact value, never by rounding
//     one to the other. Infinite numbers and NaN cannot be written; a NaN in a
//     row is null.
//   - Times are microseconds in UTC; finer digits of a literal are cut off, as
//     the store cuts them. A date alone is its midnight in UTC.
//   - null equals null and nothing else: eq and ne always give true or false.
//     The order operators give false with null. A null Boolean property and a
//     function of null are unknown; not, and, or treat unknown as OData does; a
//     row matches only when the whole filter is true. A null collection counts
//     as an empty one; any and all always give true or false.
package odata
