// SPDX-License-Identifier: Apache-2.0

import { Link } from "@tanstack/react-router";
import type { Action } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { ActionList } from "../../ui/ActionList";
import { Card } from "../../ui/Card";
import { useLinkStyles } from "../../ui/links";

export function TopActionsCard({ actions, tenant }: { actions: readonly Action[]; tenant: string }) {
  const links = useLinkStyles();
  const { text } = useFormat();
  return (
    <Card
      title={text("top.title")}
      beside={
        <Link className={links.link} to={paths.actions} params={{ tenant }}>
          {text("top.all")}
        </Link>
      }
    >
      {actions.length === 0 ? <span>{text("top.none")}</span> : <ActionList actions={actions} tenant={tenant} />}
    </Card>
  );
}
