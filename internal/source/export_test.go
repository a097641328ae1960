// SPDX-License-Identifier: Apache-2.0

package source

// Unreadable is tested apart because tests often run as a user whom the system
// refuses nothing.
var Unreadable = unreadable
