<?php
// What every answer has: a header, a result, errors, and what the script spoils of them.

declare(strict_types=1);

// One error of a reply. `row` is what the script knows it by.
final class Trouble
{
    public function __construct(
        public string $row,
        public string $code,
        public string $level,
        public string $reason,
        public string $details,
    ) {
    }
}

abstract class Operation
{
    private ?string $spoil = null;

    public function __construct(protected Store $store, protected ?string $refused)
    {
    }

    /** The errors that refuse a message whole, before anything in it is looked at. @return list<Trouble> */
    protected function turnedAway(object $message, string $verb, string $noun, array $paths): array
    {
        $said = $message->Header ?? null;
        $found = [];
        if ($said && isset($said->Verb) && !in_array($said->Verb, [$verb], true)) {
            $found[] = new Trouble('5.1-01', '2.9', 'FATAL', 'InvalidVerb', "Invalid verb: $said->Verb.");
        }
        $nouns = [$noun, ...($noun === 'CallBacksResults' ? ['CallBackResults'] : [])];
        if ($said && isset($said->Noun) && !in_array(strtolower($said->Noun), array_map('strtolower', $nouns), true)) {
            $found[] = new Trouble('5.1-02', '2.5', 'FATAL', 'InvalidNoun', "Invalid noun: $said->Noun.");
        }
        $missing = $this->refused;
        foreach (['Header', 'Header/Verb', 'Header/Noun', ...$paths] as $path) {
            $at = $message;
            foreach (explode('/', $path) as $part) {
                $at = is_object($at) ? ($at->$part ?? null) : null;
            }
            $missing ??= $at === null ? "there is no $path" : null;
        }
        if (!$found && $missing !== null) {
            $text = "Received message is invalid against xsd schema. Reason: $missing.";
            $found[] = new Trouble('5.1-03', '1.8', 'FATAL', 'InvalidMessage', $text);
        }
        return $found;
    }

    /**
     * A reply. The script may have one of its errors otherwise than is right.
     *
     * @param list<Trouble> $troubles
     */
    protected function reply(object $message, string $noun, string $result, array $troubles, ?array $payload): array
    {
        $asked = $message->Header ?? null;
        $header = [
            'Verb' => 'reply',
            'Noun' => $noun,
            'Revision' => '2.0',
            'Context' => $asked->Context ?? null,
            'Timestamp' => gmdate('Y-m-d\TH:i:s\Z'),
            'Source' => 'Vendor',
            'MessageID' => bin2hex(random_bytes(16)),
            'CorrelationID' => $asked->CorrelationID ?? $asked->MessageID ?? '',
        ];
        $errors = [];
        foreach ($troubles as $each) {
            $error = ['code' => $each->code, 'level' => $each->level, 'reason' => $each->reason];
            $error['details'] = $each->details;
            switch ($this->store->wrong($each->row)) {
                case 'code':
                    $error['code'] = '4.1';
                    break;
                case 'level':
                    $error['level'] = $each->level === 'FATAL' ? 'WARNING' : 'FATAL';
                    break;
                case 'reason':
                    $error['reason'] = "Some$each->reason";
                    break;
                case 'details':
                    $error['details'] = preg_replace('/CT-\S+-(\S+)/', 'CT-somebody-else', $each->details);
                    break;
                case 'placeholder':
                    $error['details'] = preg_replace('/(: |Priority )\S+/', '$1{0}', $each->details, 1);
                    break;
                case 'result':
                    $result = $result === 'OK' ? 'FAILED' : 'OK';
                    break;
                case 'header':
                    [$header['MessageID'], $header['CorrelationID']] = [$header['CorrelationID'], $header['MessageID']];
                    break;
                case 'twice':
                    $errors[] = $error;
                    break;
                case 'invalid':
                    $this->spoil = 'invalid';
                    break;
            }
            $errors[] = $error;
        }
        $reply = ['Result' => $result] + ($errors ? ['Error' => $errors] : []);
        return ['Header' => $header, 'Reply' => $reply] + ($payload === null ? [] : ['Payload' => [$noun => $payload]]);
    }

    /** What goes over the wire. */
    public function spoiled(string $answer): string
    {
        return $this->spoil === null ? $answer : preg_replace('~</(\w+:)?Reply>~', '<colour>red</colour>$0', $answer, 1);
    }

    /** @param list<string> $names */
    protected static function listed(array $names): string
    {
        return implode(', ', $names);
    }
}
