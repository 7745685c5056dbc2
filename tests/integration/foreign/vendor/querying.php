<?php
// GetTroubleTickets. Nothing is ever archived.

declare(strict_types=1);

final class Querying extends Operation
{
    private const CONTEXTS = ['active', 'archived', 'all'];

    public function GetTroubleTickets(object $message): array
    {
        $away = $this->turnedAway($message, 'get', 'TroubleTickets', ['Request', 'Request/GetTroubleTickets']);
        $context = strtolower(trim($message->Header->Context ?? ''));
        [$kind, $values, $other] = $away ? [null, [], false] : $this->criteria($message);
        if (!$away && $context === '') {
            $away[] = new Trouble('6.1-05', '2.7', 'FATAL', 'ContextMissing', 'Context element not found in message.');
        } elseif (!$away && !in_array($context, self::CONTEXTS, true)) {
            $text = "Invalid context: {$message->Header->Context}.";
            $away[] = new Trouble('6.1-15', '2.7', 'FATAL', 'InvalidContext', $text);
        } elseif (!$away && $other) {
            $text = 'Multiple search criteria provided in request message.';
            $away[] = new Trouble('6.1-11', '1.2', 'FATAL', 'MultipleSearchCriteriaProvided', $text);
        } elseif (!$away && $kind === null) {
            $text = 'Search criteria is not provided in request message.';
            $away[] = new Trouble('6.1-10', '1.2', 'FATAL', 'SearchCriteriaMissing', $text);
        }
        if ($away) {
            return $this->reply($message, 'TroubleTickets', 'FAILED', $away, null);
        }
        [$shown, $unknown] = [[], []];
        foreach ($values as $value) {
            $found = $context === 'archived' || $kind === 'incident' ? [] : $this->store->find(
                fn (array $ticket): bool => $ticket[$kind] === $value
            );
            if (!$found) {
                $unknown[] = $value;
            }
            foreach ($found as $place) {
                $shown[$place] = $this->shown($this->store->data['tickets'][$place], $kind !== 'point');
            }
        }
        $shown = array_values($shown);
        $troubles = $unknown ? [$this->notFound($kind, self::listed($unknown))] : [];
        $result = !$unknown || $kind === 'point' ? 'OK' : ($shown ? 'PARTIAL' : 'FAILED');
        return $this->reply($message, 'TroubleTickets', $result, $troubles, ['TroubleTicket' => $shown]);
    }

    /** @return array{?string, list<string>, bool} the first kind of criterion, its values, whether there is another */
    private function criteria(object $message): array
    {
        $found = [];
        foreach ($message->Request->GetTroubleTickets->TroubleTicket ?? [] as $entry) {
            $given = [
                'mRID' => $entry->mRID ?? null,
                'name' => $entry->name ?? null,
                'incident' => $entry->IncidentRecord->mRID ?? null,
                'point' => $entry->UsagePoint->mRID ?? null,
            ];
            foreach (array_filter($given, fn (?string $each): bool => trim($each ?? '') !== '') as $kind => $value) {
                $found[$kind][] = $value;
            }
        }
        $kind = array_key_first($found);
        return [$kind, $kind === null ? [] : array_values(array_unique($found[$kind])), count($found) > 1];
    }

    private function notFound(string $kind, string $values): Trouble
    {
        [$row, $level, $text] = [
            'mRID' => ['6.1-06', 'FATAL', "Invalid entity mRID(s): $values"],
            'name' => ['6.1-07', 'FATAL', "Invalid Trouble Ticket name(s): $values"],
            'incident' => ['6.1-09', 'FATAL', "Invalid entity mRID(s): $values"],
            'point' => ['6.1-08', 'INFORM', "No trouble tickets found for provided search criteria: $values"],
        ][$kind];
        return new Trouble($row, '2.7', $level, 'EntityNotFound', $text);
    }

    private function shown(array $ticket, bool $full): array
    {
        $limited = [
            'mRID' => $ticket['mRID'],
            'callBack' => $ticket['callBack'],
            'comment' => $ticket['comment'],
            'createdDateTime' => $ticket['created'],
            'name' => $ticket['name'],
            'source' => $ticket['source'],
            'troubleCode' => $ticket['code'],
        ];
        $limited += $ticket['locations'] ? ['Location' => $ticket['locations']] : [];
        $limited += $ticket['point'] === null ? [] : ['UsagePoint' => ['mRID' => $ticket['point']]];
        if (!$full) {
            return $limited;
        }
        $person = $ticket['person'];
        unset($person['mName']);
        return $limited + [
            'csrId' => $ticket['csr'],
            'firstCallDateTime' => $ticket['firstCall'],
            'languageId' => $ticket['language'],
            'CustomerData' => $person,
            'IncidentHazard' => array_map(fn (string $each): array => ['mRID' => $each], $ticket['hazards']),
        ];
    }
}
