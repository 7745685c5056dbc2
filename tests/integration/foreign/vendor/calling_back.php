<?php
// GetCallbacks and CreatedCallBacksResults. No outage is ever over, so the queue is empty.

declare(strict_types=1);

final class Pulling extends Operation
{
    public function GetCallbacks(object $message): array
    {
        $away = $this->turnedAway($message, 'get', 'CallBacks', ['Request', 'Request/GetCallbacks']);
        $asked = $message->Request->GetCallbacks->CallBack ?? null;
        $priority = $asked->TroubleTickets->priority ?? null;
        $language = $asked->TroubleTickets->languageId ?? null;
        if (!$away && trim($asked->csrId ?? '') === '') {
            $text = 'Customer Service Representative ID is not provided in request message.';
            $away[] = new Trouble('7.1-03', '1.2', 'FATAL', 'CsrIdMissing', $text);
        }
        if (!$away && $priority !== null && !preg_match('/^\s*[+-]?\d+\s*$/', $priority)) {
            $text = "Priority $priority is invalid numerical value.";
            $away[] = new Trouble('7.1-04', '1.2', 'FATAL', 'PriorityNotNumber', $text);
        }
        if (!$away && $language !== null && !in_array((int) $language, LANGUAGES, true)) {
            $text = "Received language id isn't valid or isn't in configuration.";
            $away[] = new Trouble('7.1-06', '1.2', 'FATAL', 'InvalidLanguageId', $text);
        }
        if ($away) {
            return $this->reply($message, 'CallBacks', 'FAILED', $away, null);
        }
        $text = 'No callbacks found for provided search criteria.';
        $none = [new Trouble('7.1-05', '1.2', 'INFORM', 'EntityNotFound', $text)];
        return $this->reply($message, 'CallBacks', 'OK', $none, ['CallBack' => []]);
    }
}

final class Results extends Operation
{
    public function CreatedCallBacksResults(object $message): array
    {
        $paths = ['Payload', 'Payload/CallBacksResults'];
        $away = $this->turnedAway($message, 'created', 'CallBacksResults', $paths);
        if ($away) {
            return $this->reply($message, 'CallBacksResults', 'FAILED', $away, null);
        }
        $unknown = array_map(fn ($each) => $each->mRID ?? '', $message->Payload->CallBacksResults->CallBackResult ?? []);
        $text = 'Invalid callback(s) mRID(s): ' . self::listed(array_filter($unknown));
        $troubles = [new Trouble('8.1-02', '2.7', 'FATAL', 'EntityNotFound', $text)];
        return $this->reply($message, 'CallBacksResults', 'FAILED', $troubles, null);
    }
}
