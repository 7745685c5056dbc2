<?php
// ChangedTroubleTickets.

declare(strict_types=1);

abstract class Changing extends Operation
{
    public function ChangedTroubleTickets(object $message): array
    {
        $away = $this->turnedAway($message, 'changed', 'TroubleTickets', ['Payload', 'Payload/TroubleTickets']);
        $entries = $away ? [] : ($message->Payload->TroubleTickets->TroubleTicket ?? []);
        foreach ($entries as $entry) {
            if (!$away && trim($entry->csrId ?? '') === '') {
                $away[] = new Trouble('5.2-09', '1.8', 'FATAL', 'CsrIDMissing', 'CsrID is not provided.');
            }
        }
        if ($away) {
            return $this->reply($message, 'TroubleTickets', 'FAILED', $away, null);
        }
        $times = array_count_values(array_filter(array_map(fn ($entry) => $entry->mRID ?? '', $entries)));
        [$troubles, $shown, $without, $long, $doubled] = [[], [], [], [], []];
        $nameless = false;
        foreach ($entries as $entry) {
            $called = $entry->mRID ?? $entry->name ?? '';
            if ($called === '') {
                $nameless = true;
                continue;
            }
            if (($times[$entry->mRID ?? ''] ?? 0) > 1) {
                $doubled[] = $entry->mRID;
                continue;
            }
            $place = $this->placeOf($entry);
            if ($place === null) {
                $text = "Trouble ticket $called not found in ADMS.";
                $troubles[] = new Trouble('5.2-07', '2.7', 'FATAL', 'EntityNotFound', $text);
                continue;
            }
            $remark = trim($entry->comment ?? '') === '' ? null : $entry->comment;
            if ($remark === null && !isset($entry->CustomerData)) {
                $without[] = $called;
                continue;
            }
            $ticket = &$this->store->data['tickets'][$place];
            if ($remark !== null) {
                $whole = ($ticket['comment'] ?? '') === '' ? $remark : "$ticket[comment]\n$remark";
                if (mb_chars($whole) > COMMENT_LIMIT) {
                    $long[] = $called;
                    if ($this->store->wrong('5.2-05') !== 'cuts') {
                        continue;
                    }
                    $whole = cut($whole, COMMENT_LIMIT);
                }
                $ticket['comment'] = $whole;
            }
            if (isset($entry->CustomerData)) {
                $ticket['person'] ??= json_decode(json_encode($entry->CustomerData), true);
            }
            $shown[] = ['mRID' => $ticket['mRID'], 'name' => $ticket['name'], 'status' => ['value' => 'Changed']];
        }
        unset($ticket);
        $this->store->keep();
        foreach (array_unique($doubled) as $mrid) {
            $troubles[] = new Trouble('5.2-04', '2.7', 'FATAL', 'DuplicateMRIDs', "Duplicate mRID $mrid in the message.");
        }
        if ($nameless) {
            $text = 'MrID is not specified for trouble ticket(s).';
            $troubles[] = new Trouble('5.2-06', '1.2', 'FATAL', 'MrIDMissing', $text);
        }
        if ($without) {
            $text = 'Comment and Customer data are not provided for trouble tickets(s): ' . self::listed($without) . '.';
            $troubles[] = new Trouble('5.2-03', '1.2', 'FATAL', 'UpdateDataMissing', $text);
        }
        if ($long) {
            $text = 'Comment exceeds limit for trouble ticket(s): ' . self::listed($long);
            $troubles[] = new Trouble('5.2-05', '2.7', 'WARNING', 'CommentExceedsLimit', $text);
        }
        $result = count($shown) === count($entries) ? 'OK' : ($shown ? 'PARTIAL' : 'FAILED');
        return $this->reply($message, 'TroubleTickets', $result, $troubles, ['TroubleTicket' => $shown]);
    }

    private function placeOf(object $entry): ?int
    {
        $key = isset($entry->mRID) ? 'mRID' : 'name';
        $found = $this->store->find(fn (array $ticket): bool => $ticket[$key] === $entry->$key);
        if ($found && $this->store->wrong('5.2-08') === 'name' && isset($entry->mRID, $entry->name)) {
            $found = $this->store->find(fn (array $ticket): bool => $ticket['name'] === $entry->name);
        }
        return $found ? end($found) : null;
    }
}
