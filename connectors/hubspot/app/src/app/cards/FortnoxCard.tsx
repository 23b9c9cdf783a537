import { useCallback, useEffect, useState } from 'react';
import {
  Alert,
  Button as PressButton,
  Divider,
  EmptyState,
  Flex,
  Link,
  LoadingSpinner,
  Statistics,
  StatisticsItem,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tag,
  Text,
} from '@hubspot/ui-extensions';

import { newClickId, press, show } from './backend';
import type { Answer, Button, Card, Customer, Deal, FortnoxDocument, Notice, Preview } from './card';
import { age, isRefusal, isUnderWay, money, toneOf, words } from './card';

export type Records = 'deals' | 'companies' | 'contacts';

interface Props {
  records: Records;
  id: string;
  language: string;
  onChanged: () => void;
}

const ASK_AGAIN_MS = 2_000;
const MOST_ASKS = 30;

/** One card for deals, companies and contacts: what there is to show is the backend's to say. */
export function FortnoxCard({ records, id, language, onChanged }: Props) {
  const said = words(language);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [isLost, setLost] = useState(false);
  const [pressed, setPressed] = useState<Button | null>(null);
  const [asks, setAsks] = useState(0);

  const take = useCallback(async (asked: Promise<Answer>) => {
    try {
      setAnswer(await asked);
      setLost(false);
    } catch {
      setLost(true);
    }
  }, []);

  useEffect(() => {
    void take(show(records, id, language));
  }, [records, id, language, take]);

  useEffect(() => {
    if (answer === null || isRefusal(answer) || !isUnderWay(answer) || asks >= MOST_ASKS) {
      return undefined;
    }
    const timer = setTimeout(() => {
      setAsks(asks + 1);
      void take(show(records, id, language)).then(onChanged);
    }, ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [answer, asks, records, id, language, take, onChanged]);

  const onPress = async (button: Button) => {
    setPressed(button);
    setAsks(0);
    await take(press(records, id, button, language, newClickId()));
    setPressed(null);
    onChanged();
  };

  if (isLost) {
    return (
      <Flex direction="column" gap="small">
        <Alert title={said.unreachable} variant="warning" />
        <PressButton onClick={() => void take(show(records, id, language))}>{said.again}</PressButton>
      </Flex>
    );
  }
  if (answer === null) {
    return <LoadingSpinner label={said.loading} showLabel />;
  }
  if (isRefusal(answer)) {
    return <Told notice={answer.error} variant="warning" />;
  }
  return (
    <Flex direction="column" gap="medium">
      <Told notice={answer.notice} variant="warning" />
      {answer.said === null ? null : <Alert title={answer.said} variant="success" />}
      {answer.deal === null ? null : <DealPart deal={answer.deal} language={answer.language} />}
      {answer.preview === null ? null : <PreviewPart preview={answer.preview} language={answer.language} />}
      <Changes card={answer} />
      {answer.customer === null ? null : <CustomerPart customer={answer.customer} language={answer.language} />}
      <Buttons card={answer} pressed={pressed} onPress={(button) => void onPress(button)} />
    </Flex>
  );
}

function Told({ notice, variant }: { notice: Notice | null; variant: 'warning' | 'danger' }) {
  if (notice === null) {
    return null;
  }
  return (
    <Alert title={notice.what} variant={variant}>
      {notice.remedy}
      {notice.url === null ? null : <Link href={notice.url}>{notice.url}</Link>}
    </Alert>
  );
}

function DealPart({ deal, language }: { deal: Deal; language: string }) {
  const said = words(language);
  return (
    <Flex direction="column" gap="small">
      {deal.runState === null ? null : (
        <Tag variant={tagOf(deal.runState)}>{said.states[deal.runState] ?? deal.runState}</Tag>
      )}
      <Told notice={deal.problem} variant="danger" />
      <Documents documents={deal.documents} language={language} />
    </Flex>
  );
}

function CustomerPart({ customer, language }: { customer: Customer; language: string }) {
  const said = words(language);
  if (customer.customerNumber === null) {
    return (
      <EmptyState title={said.notCustomer} layout="vertical">
        <Told notice={customer.notice} variant="warning" />
      </EmptyState>
    );
  }
  return (
    <Flex direction="column" gap="small">
      <Divider />
      <Text format={{ fontWeight: 'bold' }}>
        {customer.name} · {said.customerNumber} {customer.customerNumber}
      </Text>
      <Told notice={customer.notice} variant="warning" />
      {customer.figures.map((each) => (
        <Statistics key={each.outstanding.currency}>
          <StatisticsItem label={said.outstanding} number={money(each.outstanding, language)} />
          <StatisticsItem label={said.overdue} number={money(each.overdue, language)} />
          <StatisticsItem label={said.turnoverThisYear} number={money(each.turnoverThisYear, language)} />
          <StatisticsItem label={said.turnoverLastYear} number={money(each.turnoverLastYear, language)} />
        </Statistics>
      ))}
      <Documents documents={customer.documents} language={language} />
      <Text variant="microcopy">
        {said.asOf} {age(customer.asOf, new Date(), language)}
        {customer.isStale ? ` · ${said.stale}` : ''}
      </Text>
      {customer.url === null ? null : <Link href={customer.url}>{said.openInFortnox}</Link>}
    </Flex>
  );
}

function Documents({ documents, language }: { documents: FortnoxDocument[]; language: string }) {
  const said = words(language);
  if (documents.length === 0) {
    return <Text variant="microcopy">{said.noDocuments}</Text>;
  }
  return (
    <Table bordered={false}>
      <TableHead>
        <TableRow>
          <TableHeader>{said.number}</TableHeader>
          <TableHeader>{said.state}</TableHeader>
          <TableHeader>{said.total}</TableHeader>
          <TableHeader>{said.due}</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {documents.map((each) => (
          <TableRow key={`${each.kind}-${each.number}`}>
            <TableCell>
              {said.kinds[each.kind] ?? each.kind}{' '}
              {each.url === null ? each.number : <Link href={each.url}>{each.number}</Link>}
            </TableCell>
            <TableCell>
              <Tag variant={tagOf(each.state)}>{said.states[each.state] ?? each.state}</Tag>
            </TableCell>
            <TableCell>{money(each.total, language)}</TableCell>
            <TableCell>{each.dueDate ?? '–'}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function PreviewPart({ preview, language }: { preview: Preview; language: string }) {
  const said = words(language);
  return (
    <Flex direction="column" gap="small">
      <Text format={{ fontWeight: 'bold' }}>
        {said.preview}: {said.kinds[preview.kind] ?? preview.kind}, {preview.customer}
      </Text>
      <Told notice={preview.problem} variant="danger" />
      {preview.lines.map((line, place) => (
        <Text key={`${place}-${line.text}`}>
          {line.quantity} × {line.text}
          {line.total === null ? '' : ` · ${money(line.total, language)}`}
        </Text>
      ))}
      {preview.total === null ? null : (
        <Text format={{ fontWeight: 'bold' }}>
          {said.total}: {money(preview.total, language)}
        </Text>
      )}
      {preview.warnings.map((warning) => (
        <Alert key={warning} title={warning} variant="warning" />
      ))}
    </Flex>
  );
}

function Changes({ card }: { card: Card }) {
  if (card.changes.length === 0) {
    return null;
  }
  return (
    <Flex direction="column" gap="extra-small">
      {card.changes.map((change) => (
        <Text key={change.label}>
          {change.label}: {change.value}
        </Text>
      ))}
    </Flex>
  );
}

function Buttons({
  card,
  pressed,
  onPress,
}: {
  card: Card;
  pressed: Button | null;
  onPress: (button: Button) => void;
}) {
  const said = words(card.language);
  return (
    <Flex direction="row" gap="small" wrap="wrap">
      {card.buttons.map((button, place) => (
        <PressButton
          key={button}
          variant={place === 0 ? 'primary' : 'secondary'}
          disabled={pressed !== null}
          onClick={() => onPress(button)}
        >
          {pressed === button ? said.working : said.buttons[button]}
        </PressButton>
      ))}
    </Flex>
  );
}

function tagOf(state: string): 'default' | 'warning' | 'success' | 'error' {
  const tone = toneOf(state);
  return tone === 'danger' ? 'error' : tone;
}
