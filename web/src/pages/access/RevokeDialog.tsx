// SPDX-License-Identifier: Apache-2.0

import { useMutation } from "@tanstack/react-query";
import type { Token } from "../../api/client";
import { api, asProblem, read } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Dialog } from "../../ui/Dialog";
import { useChanged } from "./task";

/** RevokeDialog ends a token, once that is confirmed. */
export function RevokeDialog({ tenant, token, onClose }: { tenant: string; token: Token; onClose: () => void }) {
  const { text } = useFormat();
  const changed = useChanged();
  const revoke = useMutation({
    mutationFn: async () => {
      await read(api.DELETE("/api/tenants/{tenant}/tokens/{id}", { params: { path: { tenant, id: token.id } } }));
      await changed();
    },
    onSuccess: onClose,
  });
  return (
    <Dialog title={text("revoke.title", { name: token.name })} submit={text("revoke.submit")} onSubmit={() => revoke.mutate()} onClose={onClose} busy={revoke.isPending} final problem={revoke.error && asProblem(revoke.error)}>
      <p>{text("revoke.text", { id: token.id })}</p>
    </Dialog>
  );
}
